from . import test_shown
from . import test_shown_rooms
from . import test_membership_page
from . import test_notices
from . import test_time_machine
from . import test_tier_reports
from . import test_tier
from . import test_tier_policy
from . import test_tier_by_hand
from . import test_tier_rights

from . import test_engine
from . import test_engine_oracle
from . import test_bonus
from . import test_benefits
from . import test_loopholes_tier
