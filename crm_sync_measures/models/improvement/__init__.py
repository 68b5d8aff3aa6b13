"""Improvement actions: Plan, Do, Check, Act, with a baseline that stays and a verdict that nobody writes by hand.

Reads the figures of the KPI room and the cases of the feedback room. It changes nothing there, but for the limits of a
control chart, by the KPI room's own method.
"""

from . import crm_sync_improvement
from . import crm_sync_improvement_scope
from . import crm_sync_improvement_write
from . import crm_sync_improvement_figures
from . import crm_sync_improvement_check
from . import crm_sync_improvement_verdict
from . import crm_sync_improvement_flow
from . import crm_sync_improvement_tasks
from . import crm_sync_improvement_sources
from . import crm_sync_improvement_watch
from . import crm_sync_case
from . import crm_sync_case_cause
from . import crm_sync_kpi
from . import crm_sync_kpi_signal
from . import crm_sync_handover
from . import crm_sync_erasure_improvement
from . import crm_sync_demo_improvement
