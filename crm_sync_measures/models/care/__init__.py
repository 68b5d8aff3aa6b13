"""Customer care: greetings, return visits and warnings, each once per customer and occasion.

May read core, activity, loyalty and tier by their public methods and marks; none of them knows this room.
"""

from . import crm_sync_care_rhythm
from . import crm_sync_care_rhythm_refresh
from . import crm_sync_care_rhythm_use
from . import crm_sync_care_rhythm_watch
from . import crm_sync_customer
from . import res_partner_rhythm
from . import res_company_rhythm
from . import res_config_settings_rhythm
from . import crm_sync_care_rule
from . import crm_sync_care_rule_flow
from . import crm_sync_care_occasion
from . import crm_sync_care_occasion_act
from . import crm_sync_care_occasion_mail
from . import crm_sync_care_occasion_links
from . import crm_sync_care_selection
from . import crm_sync_care_gate
from . import crm_sync_care_planner
from . import crm_sync_care_dispatch
from . import crm_sync_care_result
from . import crm_sync_care_figures
from . import crm_sync_timeline_care
from . import crm_sync_demo_care
from . import crm_sync_erasure_care
from . import crm_sync_tier_portal
from . import crm_sync_care_holiday
from . import crm_sync_care_holiday_day
from . import crm_sync_contact_card_care
from . import crm_sync_contact_gate
from . import crm_sync_erasure_birthday
from . import res_partner_birthday
