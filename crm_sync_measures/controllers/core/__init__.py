from . import page
from . import preference
