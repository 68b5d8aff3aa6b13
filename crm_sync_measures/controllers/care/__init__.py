from . import birthday
