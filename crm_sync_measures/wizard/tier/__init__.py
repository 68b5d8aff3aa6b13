from . import crm_sync_tier_lock
