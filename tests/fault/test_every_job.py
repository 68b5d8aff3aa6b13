"""Scheduled actions under every fault: what each does is done exactly once, and done in the end.

A few faults for each here; ``bin/faults`` kills each job a hundred times and prints the figures.
"""

import os

import pytest
from found import FOUND
from harness import Story, every_job, note
from story import JOBS

from dev import databases

#: Of each job, for ``bin/faults``.
KILLS = int(os.environ.get("CRM_SYNC_KILLS") or 0)


@pytest.fixture(scope="module")
def story(system_copy):
    with Story(system_copy) as story:
        yield story


def test_no_scheduled_action_of_the_addon_is_forgotten(story):
    assert every_job(story.forker) == {*JOBS}


@pytest.mark.parametrize("name", JOBS)
def test_done_exactly_once_whatever_happens(story, name):
    story.next_job(name, again=bool(KILLS))
    assert story.expected[0], "the job has nothing to do"
    for query, rows in FOUND.get(name, ()):
        assert databases.ask(query, story.calm) == rows
    found = one_by_one(story) if KILLS else {"all at once": story.all_at_once()}
    print(*found.values())
    wrong = [f"{kind}: {outcome}" for kind, outcome in found.items() if not outcome.is_right]
    assert not wrong, "\n\n".join(wrong)


def one_by_one(story):
    found = {
        "kill": story.interrupt("kill", KILLS),
        "cut": story.interrupt("cut", max(1, KILLS // 5)),
        "collision": story.collide(),
        "poison": story.poison(),
        "twice": story.start_twice(),
    }
    for kind, outcome in found.items():
        note(kind, outcome)
    return found
