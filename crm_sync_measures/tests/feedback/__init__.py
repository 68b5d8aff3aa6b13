from . import test_case_intake
from . import test_case_intake_form
from . import test_case_intake_mail
from . import test_case_intake_survey
from . import test_case_portal
from . import test_case_clock
from . import test_case_clock_watch
