from . import test_shown
from . import test_shown_rooms
from . import test_membership_page
from . import test_notices
from . import test_time_machine
from . import test_tier_reports
