from . import test_baseline
from . import test_chart
from . import test_signal
