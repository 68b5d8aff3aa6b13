from . import test_campaign_effect
from . import test_campaign_holdout
from . import test_campaign_report
from . import test_campaign_result
from . import test_lead_quality
from . import test_material
from . import test_loopholes_campaign
