from . import report
from . import kpi_export
