from . import answer
from . import code
from . import native
from . import results
