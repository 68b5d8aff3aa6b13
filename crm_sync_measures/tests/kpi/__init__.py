from . import test_library_management
from . import test_library_marketing
from . import test_library_sales
