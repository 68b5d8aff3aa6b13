from . import crm_sync_kpi_signal_confirm
