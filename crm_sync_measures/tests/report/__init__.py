from . import test_report
from . import test_report_page
from . import test_report_subscription
from . import test_report_workbook
from . import test_overview
from . import test_boards
from . import test_digest
from . import test_loopholes_report
