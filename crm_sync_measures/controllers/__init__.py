from . import core
from . import loyalty
from . import activity
from . import feedback
from . import survey
from . import tier
from . import care
from . import report
