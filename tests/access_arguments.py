"""What each public method is given that needs something: arguments that it takes, so that the answer is about rights.

``ARGUMENTS[model, method](row)`` are the arguments; ``row(model)`` is the id of a row of a model, ``row(model, kind)`` that of one
which the catalogue lists under that name. They are made twice: of rows that the role finds, and of rows that it does not find.
"""

from __future__ import annotations

from collections.abc import Callable

_WHY = "He asked for it"
_LATER = "2030-01-15 10:00:00"


def _reason(_row) -> dict:
    return {"reason": _WHY}


ARGUMENTS: dict[tuple[str, str], Callable] = {
    # activity
    ("crm.sync.advisor", "sync_advise"): lambda row: {"model": "crm.lead", "res_id": row("crm.lead")},
    ("crm.sync.advisor", "sync_assign"): lambda row: {
        "model": "crm.lead",
        "res_id": row("crm.lead"),
        "user_id": row("res.users"),
        "reason": "other",
        "note": _WHY,
    },
    ("crm.sync.promise", "action_hand_over"): lambda row: {"user": row("res.users")},
    ("crm.sync.promise", "action_release"): _reason,
    ("crm.sync.promise", "action_reschedule"): lambda row: {"due_at": _LATER, "agreed": True, "reason": _WHY},
    ("res.partner", "sync_contact_override"): _reason,
    # campaign
    ("crm.sync.material", "give_material"): lambda row: {"partner_ids": [row("res.partner")]},
    # core
    ("crm.sync.contact.gate", "may_contact"): lambda row: {
        "partner_ids": [row("res.partner")],
        "purpose": "marketing",
        "channel": "email",
    },
    # feedback
    ("crm.sync.case", "action_assign"): lambda row: {"user": row("res.users")},
    ("crm.sync.case", "action_escalate"): _reason,
    ("crm.sync.case", "action_make_improvement"): lambda row: {"note": _WHY},
    ("crm.sync.case", "action_merge"): lambda row: {"master": row("crm.sync.case")},
    ("crm.sync.case", "action_move"): lambda row: {"stage": row("crm.sync.case.stage")},
    ("crm.sync.case", "action_propose"): lambda row: {"text": "We send a new one."},
    ("crm.sync.case", "action_raise_priority"): lambda row: {"level": "3", "reason": _WHY},
    ("crm.sync.case", "action_reject"): _reason,
    ("crm.sync.case", "action_reopen"): _reason,
    ("crm.sync.case", "action_use_solution"): lambda row: {"other": row("crm.sync.case")},
    ("crm.sync.case", "action_wait"): lambda row: {"whom": "customer"},
    ("crm.sync.case", "sync_open_case"): lambda row: {"partner_id": row("res.partner"), "text": "The lens is broken"},
    ("crm.sync.case.compensation", "action_refuse"): lambda row: {"answer": _WHY},
    ("crm.sync.case.policy", "action_begin"): lambda row: {"template": "day"},
    # improvement
    ("crm.sync.improvement", "action_abandon"): lambda row: {"reason": _WHY, "lesson": _WHY},
    ("crm.sync.improvement", "action_adapt"): lambda row: {"reason": _WHY, "lesson": _WHY},
    ("crm.sync.improvement", "action_improve_row"): lambda row: {
        "domain": [["id", "=", row("crm.sync.case.report")]],
        "name": "Product defect",
    },
    # kpi
    ("crm.sync.kpi", "action_begin"): lambda row: {"subject": "service"},
    ("crm.sync.kpi", "target_at"): lambda row: {"company": 1},
    ("crm.sync.kpi.period", "action_revise"): _reason,
    ("crm.sync.kpi.signal", "action_confirm"): lambda row: {"comment": _WHY},
    # loyalty
    ("loyalty.card", "sync_adjust"): lambda row: {
        "quantity": 5,
        "reason": "goodwill",
        "explanation": _WHY,
        "key": "access-matrix",
    },
    ("loyalty.program", "action_sync_begin"): lambda row: {"months": "12"},
    # report
    ("crm.sync.overview", "set_pin"): lambda row: {"kpi_id": row("crm.sync.kpi"), "is_pinned": True},
    # survey
    ("crm.sync.case", "action_outcome"): lambda row: {"outcome": "recovered", "note": _WHY},
    ("crm.sync.score", "anonymous_comments"): lambda row: {"program": row("crm.sync.survey.program", "anonymous")},
    ("crm.sync.score", "anonymous_figures"): lambda row: {"program": row("crm.sync.survey.program", "anonymous")},
    ("crm.sync.survey.program", "action_begin"): lambda row: {"template": "nps"},
    # tier
    ("crm.sync.tier.membership", "tiers_as_of"): lambda row: {"day": "2026-06-30"},
    ("crm.sync.tier.policy", "sync_try"): lambda row: {"day": "2026-11-20"},
}
