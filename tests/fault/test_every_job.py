"""Scheduled actions under every fault: what each does is done exactly once, and done in the end."""

import pytest
from found import FOUND
from harness import Story, every_job
from story import ELSEWHERE, JOBS, UNTRIED

from dev import databases


@pytest.fixture(scope="module")
def story(system_copy):
    with Story(system_copy) as story:
        yield story


def test_no_scheduled_action_of_the_addon_is_forgotten(story):
    assert every_job(story.forker) == {*JOBS, *ELSEWHERE, *UNTRIED}
    assert len(JOBS) + len(ELSEWHERE) + len(UNTRIED) == len({*JOBS, *ELSEWHERE, *UNTRIED})


@pytest.mark.parametrize("name", JOBS)
def test_done_exactly_once_whatever_happens(story, name):
    story.next_job(name)
    assert story.expected[0], "the job has nothing to do"
    for query, rows in FOUND.get(name, ()):
        assert databases.ask(query, story.calm) == rows
    outcome = story.all_at_once()
    assert outcome.is_right, str(outcome)
