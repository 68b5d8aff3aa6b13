from . import loyalty
from . import activity
