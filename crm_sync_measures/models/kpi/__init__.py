from . import crm_sync_kpi_library
from . import crm_sync_kpi
from . import crm_sync_kpi_watched
from . import crm_sync_kpi_drift
from . import crm_sync_kpi_drift_line
from . import crm_sync_kpi_drift_watch
