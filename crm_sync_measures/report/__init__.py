from . import activity
from . import core
from . import loyalty
from . import survey
