from . import report_customer_brief
