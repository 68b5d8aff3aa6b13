from . import test_rhythm
from . import test_birthday_page
