from . import core
from . import loyalty
