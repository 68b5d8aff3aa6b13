"""What a KPI of one's own may count, and what it must not look at."""

import re
from dataclasses import dataclass

MEASURES = [
    ("count", "Number of Documents"),
    ("sum", "Sum of a Field"),
    ("average", "Average of a Field"),
    ("distinct", "Number of Different Ones"),
]
#: How documents become one figure.
ADDITIVITY = {"count": "sum", "sum": "sum", "average": "ratio", "distinct": "distinct"}
#: Measures that need a field.
OF_FIELD = frozenset({"sum", "average", "distinct"})
#: Types of fields that a measure can be taken of.
FIELD_TYPES = {
    "sum": ("integer", "float", "monetary"),
    "average": ("integer", "float", "monetary"),
    "distinct": ("many2one",),
}

#: What nobody counts: the system's own affairs, messages, staff, codes worth money, and KPIs themselves.
_REFUSED = (
    "ir.",
    "base.",
    "base_",
    "bus.",
    "mail.",
    "discuss.",
    "res.users",
    "res.groups",
    "res.config",
    "res.device",
    "res.partner.bank",
    "auth",
    "hr.",
    "payment.",
    "fetchmail.",
    "iap.",
    "sms.",
    "portal.",
    "privacy.",
    "certificate.",
    "loyalty.card",
    "loyalty.history",
    "loyalty.rule",
    "crm.sync.kpi",
    "crm.sync.job",
    "crm.sync.contact.former",
)
#: Models that a condition may look into although they are not counted.
_LOOKED_INTO = frozenset({"res.users"})
#: Fields that no condition looks at, whoever may read them: by counting, one finds out what is in them.
_SECRET = re.compile(r"password|passwd|secret|token|api_?key|totp|access_url|signature|birth_year")


@dataclass(frozen=True)
class Side:
    """One of the two figures of a ratio, or the only one: which documents, by which date, and what of them."""

    #: Prefix of its fields on the KPI.
    prefix: str
    model: str
    domain: str
    date: str
    measure: str
    field: str
    user: str
    team: str


def is_refused(model_name, looked_into=False):
    """Whether documents of this model must not be counted, or not even looked into by a condition.

    >>> is_refused("sale.order"), is_refused("res.users"), is_refused("res.users", looked_into=True), is_refused("hr.leave")
    (False, True, False, True)
    """
    if looked_into and model_name in _LOOKED_INTO:
        return False
    return model_name.startswith(_REFUSED)


def is_secret(field_name):
    """Whether no condition may look at a field of this name.

    >>> is_secret("access_token"), is_secret("user_id")
    (True, False)
    """
    return bool(_SECRET.search(field_name))
