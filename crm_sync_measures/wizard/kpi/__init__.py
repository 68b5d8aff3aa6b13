from . import crm_sync_kpi_drift_decide
