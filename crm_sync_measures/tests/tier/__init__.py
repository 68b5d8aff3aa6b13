from . import test_shown
from . import test_shown_rooms
