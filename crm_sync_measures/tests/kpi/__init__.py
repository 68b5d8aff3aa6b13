from . import test_snapshot
from . import test_history
from . import test_library_management
from . import test_library_marketing
from . import test_library_sales
from . import test_library_service
from . import test_library_survey
from . import test_library_loyalty
