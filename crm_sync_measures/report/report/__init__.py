from . import crm_sync_report_xlsx
from . import crm_sync_kpi_export_rows
from . import report_sync_report
