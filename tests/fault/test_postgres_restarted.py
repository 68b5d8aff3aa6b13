"""PostgreSQL is restarted in the middle of a job, as it is stopped and as it dies: what the job does is there once in the end."""

import os

import pytest
from harness import Story, note
from story import JOBS

from dev import databases, postgres

#: ``bin/faults`` tries them all.
TRIED = list(JOBS)[: None if os.environ.get("CRM_SYNC_KILLS") else 2]


@pytest.fixture(scope="module")
def story(system_copy):
    with (
        system_copy("restart") as source,
        postgres.own(source) as server,
        Story(lambda purpose: databases.private_copy(source, purpose)) as story,
    ):
        story.server = server
        yield story


@pytest.mark.parametrize("name", TRIED)
def test_done_exactly_once_though_postgresql_is_restarted(story, name):
    story.next_job(name, again=False)
    outcome = story.restart(story.server)
    note("restart", outcome)
    assert outcome.is_right, str(outcome)
