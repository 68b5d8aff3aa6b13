from . import test_library_service
from . import test_library_survey
from . import test_library_loyalty
