from . import crm_sync_improvement_decide
