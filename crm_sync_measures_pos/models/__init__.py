from . import crm_sync_tier_facts
from . import pos_order
from . import res_partner
