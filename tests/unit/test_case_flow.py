"""Which way a case goes: what leads to each step, so that a line that is lost from the table is noticed."""

from rules.case_flow import ENDING, KINDS, MERGED, REOPENED, RESOLVED, next_steps, steps_of

CASES = ("complaint", "question", "praise")


def leading_to(kind, target):
    return {step for step in steps_of(kind) if target in next_steps(kind, step)}


def test_what_is_over_leads_nowhere_and_every_other_step_to_an_end():
    for kind in KINDS:
        for step in steps_of(kind):
            seen, border = set(), {step}
            while border:
                seen |= border
                border = {later for one in border for later in next_steps(kind, one)} - seen
            assert (seen == {step}) if step in ENDING else (seen & ENDING), (kind, step)
            assert step not in next_steps(kind, step)


def test_every_step_can_be_come_to():
    for kind in KINDS:
        assert all(leading_to(kind, step) for step in steps_of(kind) if step != "new"), kind


def test_a_case_is_rejected_escalated_and_waits_from_every_step_before_its_solution_was_accepted():
    for kind in CASES:
        before = set(steps_of(kind)) - RESOLVED
        for target in ("rejected", "escalated", "investigating", "waiting_customer", "waiting_third", "proposed"):
            assert leading_to(kind, target) == before - {target}, (kind, target)


def test_a_complaint_is_closed_once_it_was_begun_and_everything_else_at_once():
    begun = set(steps_of("complaint")) - ENDING - {"new"}
    assert leading_to("complaint", "closed") == begun
    assert leading_to("question", "closed") == leading_to("praise", "closed") == begun | {"new"}


def test_only_what_the_customer_was_asked_is_accepted():
    for kind in CASES:
        assert leading_to(kind, "accepted") == {"proposed", "waiting_customer"}


def test_a_suggestion_is_done_once_it_was_planned():
    assert leading_to("suggestion", "done") == {"planned"}
    assert leading_to("suggestion", "told") == {"done"}
    assert leading_to("suggestion", "declined") == {"new", "triaged", "planned"}
    assert leading_to("suggestion", "planned") == {"new", "triaged"}
    assert "done" in RESOLVED


def test_a_reopened_case_is_worked_on_and_a_merged_one_is_over():
    for kind in CASES:
        assert REOPENED[kind] == ("investigating", "assessed", "acknowledged", "new")
        assert MERGED[kind][0] == "closed"
    assert REOPENED["suggestion"][0] == "triaged"
    assert MERGED["suggestion"][0] == "told"
    assert all(set(steps) <= ENDING for steps in MERGED.values())
