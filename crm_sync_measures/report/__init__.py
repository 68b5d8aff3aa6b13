from . import activity
from . import loyalty
from . import survey
