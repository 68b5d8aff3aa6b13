from .core import *
from .activity import *
from .loyalty import *
