from . import test_drift
