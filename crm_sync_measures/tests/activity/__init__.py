from . import test_promise
from . import test_promise_watch
from . import test_promise_origins
from . import test_promise_screens
