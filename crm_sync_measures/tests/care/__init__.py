from . import test_rhythm
from . import test_birthday_page
from . import test_care_dispatch
from . import test_care_preview
from . import test_care_result
from . import test_care_rule
from . import test_care_selection
