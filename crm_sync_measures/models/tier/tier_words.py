"""What the states, ways of counting and reasons of tiers are called, wherever they are shown."""

METRICS = [("points", "Points Earned"), ("spend", "Net Spending"), ("orders", "Number of Orders")]
WINDOWS = [
    ("lifetime", "All Time"),
    ("calendar_year", "Calendar Year"),
    ("fiscal_year", "Fiscal Year"),
    ("rolling", "The Last Months"),
    ("anniversary", "Year of Membership"),
]
VALIDITIES = [("end_of_next_period", "To the End of the Next Period"), ("months", "Some Months")]
DOWNGRADES = [
    ("one_step", "One Tier Down"),
    ("recompute", "What Was Reached"),
    ("soft_landing", "One Tier Down, for Half a Period"),
]
REFUNDS = [("at_review", "At the Review"), ("at_once", "At Once")]
POLICY_STATES = [("draft", "Draft"), ("scheduled", "Scheduled"), ("running", "Running"), ("replaced", "Replaced")]
REASONS = [
    ("joined", "Joined"),
    ("rise", "Risen"),
    ("kept", "Tier Kept"),
    ("fall", "Fallen"),
    ("by_hand", "By Hand"),
    ("new_rules", "New Rules"),
    ("grandfathered", "Kept under New Rules"),
    ("merge", "Merged"),
    ("refund", "After a Refund"),
    ("closed", "Account Closed"),
]
