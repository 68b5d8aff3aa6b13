from .core import *
from .loyalty import *
