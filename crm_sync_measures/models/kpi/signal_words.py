"""Selections of baselines and signals."""

CHARTS = [("xmr", "Single Figures (XmR)"), ("p", "Shares (p Chart)"), ("u", "Rates (u Chart)")]
BASELINE_STATES = [("active", "In Use"), ("replaced", "Replaced")]
SIGNAL_RULES = [
    ("beyond", "Beyond a Control Limit"),
    ("run8", "Run of Eight"),
    ("trend6", "Trend of Six"),
    ("two_of_three", "Two of Three Far Away"),
    ("four_of_five", "Four of Five on One Side"),
    ("warning", "Warning Threshold"),
    ("critical", "Critical Threshold"),
    ("pace", "Behind the Pace"),
]
#: What was told of a period in progress is over with it.
SIGNAL_STATES = [("new", "New"), ("ended", "Over"), ("acknowledged", "Confirmed")]
#: Which kinds of scopes are watched, by the company's setting.
WATCHED = {
    "company": ("company",),
    "unit": ("company", "department", "team"),
    "all": ("company", "department", "team", "person", "tier", "category", "source", "channel"),
}
WATCHED_SCOPES = [
    ("company", "The Company Alone"),
    ("unit", "Company, Departments and Sales Teams"),
    ("all", "Everything That Is Measured, Persons Too"),
]
