from . import test_promise
from . import test_promise_watch
from . import test_promise_origins
from . import test_promise_screens
from . import test_contact_card
from . import test_contact_guard
from . import test_contact_bulk
