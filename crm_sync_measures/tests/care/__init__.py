from . import test_rhythm
