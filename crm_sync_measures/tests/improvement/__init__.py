from . import test_improvement_phases
from . import test_improvement_verdict
from . import test_improvement_sources
from . import test_improvement_access
from . import test_improvement_tasks
from . import test_loopholes_improvement
from . import test_improvement_handover
