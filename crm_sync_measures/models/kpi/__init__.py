from . import crm_sync_kpi_library
from . import crm_sync_kpi
