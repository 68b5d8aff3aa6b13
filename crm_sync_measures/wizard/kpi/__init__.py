from . import crm_sync_kpi_clock
from . import crm_sync_kpi_drift_decide
from . import crm_sync_kpi_revise
from . import crm_sync_kpi_documents
from . import crm_sync_kpi_phase
from . import crm_sync_kpi_phase_line
from . import crm_sync_kpi_signal_confirm
