from . import crm_sync_kpi_scope_mixin
from . import crm_sync_kpi_target
from . import crm_sync_kpi_own
from . import crm_sync_kpi_own_check
from . import crm_sync_kpi_own_flow
from . import crm_sync_kpi_judgement
from . import crm_sync_kpi_value_judgement
from . import crm_sync_kpi_period_curve
