from . import core
from . import activity
from . import loyalty
