from .core import *
from .activity import *
from .loyalty import *
from .feedback import *
from .survey import *
from .tier import *
from .care import *
