"""Selections of improvement actions that several files share."""

PHASES = [("plan", "1. Plan"), ("do", "2. Do"), ("check", "3. Check"), ("act", "4. Act"), ("over", "Over")]
OUTCOMES = [
    ("effective", "Effective"),
    ("not_effective", "Without Effect"),
    ("inconclusive", "Inconclusive"),
    ("harmful", "Made It Worse"),
    ("no_data", "No Data Yet"),
]
ACTS = [("adopt", "Adopt"), ("adapt", "Adapt"), ("abandon", "Abandon")]
#: What says what is compared: fixed as soon as the baseline is frozen.
FIXED = frozenset(
    {"kpi_id", "company_id", "scope_key", "compare_scope_key", "window_count", "baseline_until", "expected_change"}
)
#: What may be entered, in a form or over the API.
EDITABLE = FIXED | {
    "name",
    "problem",
    "cause_text",
    "cause_id",
    "case_ids",
    "scope_ref",
    "compare_ref",
    "owner_id",
    "department_id",
    "due_on",
    "has_usual_tasks",
    "lesson",
}
#: What is still put right when it is over.
AFTERWARDS = {"lesson", "case_ids", "cause_id", "department_id"}
