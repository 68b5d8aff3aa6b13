from . import core
from . import activity
from . import loyalty
from . import feedback
from . import survey
from . import tier
from . import care
