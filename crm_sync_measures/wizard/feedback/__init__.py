from . import crm_sync_case_change
