from . import loyalty
from . import activity
from . import feedback
from . import survey
