from . import activity
from . import loyalty
