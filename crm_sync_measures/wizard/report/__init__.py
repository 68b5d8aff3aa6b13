from . import crm_sync_report_page
from . import crm_sync_kpi_export
