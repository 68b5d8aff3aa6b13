"""Customer care: greetings, return visits and warnings, each once per customer and occasion.

May read core, activity, loyalty and tier by their public methods and marks; none of them knows this room.
"""

from . import crm_sync_care_rhythm
from . import crm_sync_care_rhythm_refresh
from . import crm_sync_care_rhythm_watch
from . import crm_sync_customer
from . import res_partner_rhythm
from . import res_company_rhythm
from . import res_config_settings_rhythm
from . import crm_sync_care_occasion_links
