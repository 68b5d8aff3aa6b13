from . import crm_sync_tier_lock
from . import crm_sync_tier_publish
