from . import test_snapshot
from . import test_history
from . import test_library_management
from . import test_library_marketing
from . import test_library_sales
