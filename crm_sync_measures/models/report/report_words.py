"""Words that several models of this room share."""

#: Codes and labels of selections, in the source language; translated as labels of fields.
REPORT_LABELS = [
    ("usage", "Usage Report"),
    ("customer", "Customer Report"),
    ("sales", "Sales Report"),
    ("service", "Service Report"),
    ("loyalty", "Loyalty Report"),
    ("improvement", "Improvement Report"),
]
PERIOD_LABELS = [("week", "Weekly"), ("month", "Monthly"), ("quarter", "Quarterly")]
KNOWN_LABELS = [("now", "As Known Now"), ("reported", "As Reported")]


def report_titles(env):
    return env["crm.sync.report.choice"]._fields["report"]._description_selection(env)


def known_titles(env):
    return env["crm.sync.report.choice"]._fields["known"]._description_selection(env)
