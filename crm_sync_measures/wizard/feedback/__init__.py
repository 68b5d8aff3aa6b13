from . import crm_sync_case_change
from . import crm_sync_case_open
