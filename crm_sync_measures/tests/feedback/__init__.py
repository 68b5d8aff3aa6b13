from . import test_case_clock
from . import test_case_clock_watch
