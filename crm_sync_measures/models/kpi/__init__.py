from . import crm_sync_kpi_library_adoption
from . import crm_sync_kpi_library_campaign
from . import crm_sync_kpi_library_customers
from . import crm_sync_kpi_library_management
from . import crm_sync_kpi_library_marketing
from . import crm_sync_kpi_library_sales
from . import crm_sync_kpi_library_sales_orders
from . import mail_message
