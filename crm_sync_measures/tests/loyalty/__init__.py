from . import test_ledger
from . import test_orders
from . import test_timeline
from . import test_moment
from . import test_portal
from . import test_reservations
from . import test_upstream
