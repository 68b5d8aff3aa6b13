from . import crm_sync_kpi_drift_decide
from . import crm_sync_kpi_revise
from . import crm_sync_kpi_documents
