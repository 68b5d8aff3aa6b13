from . import crm_sync_case_change
from . import crm_sync_case_compensation_refuse
from . import crm_sync_case_open
from . import crm_sync_case_route_try
