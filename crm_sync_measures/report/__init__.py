from . import activity
from . import core
from . import loyalty
from . import survey
from . import tier
from . import care
