from . import test_own
from . import test_target
from . import test_judgement
