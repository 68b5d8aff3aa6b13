"""Selections that several models of this room share."""

from ..feedback.crm_sync_case import CHANNELS

SUBJECTS = [
    ("sales", "Sales"),
    ("marketing", "Marketing"),
    ("service", "Service"),
    ("loyalty", "Loyalty"),
    ("management", "Management"),
]
KINDS = [("builtin", "Built In"), ("custom", "Own Definition")]
UNITS = [
    ("number", "Plain Number"),
    ("percent", "Per Cent"),
    ("hours", "Hours"),
    ("days", "Days"),
    ("money", "Money"),
    ("points", "Points"),
]
DIRECTIONS = [("higher", "Higher Is Better"), ("lower", "Lower Is Better"), ("range", "Within a Range")]
ADDITIVITIES = [
    ("sum", "Sum"),
    ("last", "As of the End"),
    ("ratio", "Ratio"),
    ("distinct", "Distinct Customers"),
]
CALENDARS = [("day", "Daily"), ("week", "Weekly"), ("month", "Monthly"), ("quarter", "Quarterly")]
SCOPES = [
    ("company", "Company"),
    ("department", "Department"),
    ("team", "Sales Team"),
    ("person", "Person"),
    ("tier", "Tier"),
    ("category", "Product Category"),
    ("source", "Marketing Source"),
    ("channel", "Channel"),
]
#: Channels that values are measured for: responses know all of these but surveys, cases all.
SCOPE_CHANNELS = CHANNELS
STATES = [("running", "In Progress"), ("closed", "Final")]
SOURCES = [("auto", "Measured in Time"), ("backfill", "Backfilled"), ("revision", "Revision")]
LEVELS = [("ok", "As It Should Be"), ("warning", "Warning"), ("critical", "Critical Level")]
