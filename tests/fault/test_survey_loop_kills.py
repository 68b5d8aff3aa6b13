"""The job that does what follows from answers is killed anywhere: nobody has two cases, is asked twice, or gets points twice."""

import pytest
from forker import Forker

from dev import databases

#: Answers: of five, two are low, one wishes to be called, one is high, and one is neither.
ANSWERS = 50

OURS = """crm_sync_survey_invitation i JOIN crm_sync_survey_program p ON p.id = i.program_id
           AND COALESCE(p.name->>'en_US', '') = 'Fault loop'"""
TODO = f"select count(*) from {OURS} where i.follow_at is not null"
#: By number of the first answer: cases, loops, activities, follow-ups and points of each customer, and how many there are of it.
FOUND = f"""
    select value, cases, loops, tasks, again, points, count(*) from (
        select s.value,
               (select count(*) from crm_sync_case c where c.partner_id = i.partner_id) as cases,
               (select count(*) from crm_sync_survey_loop l where l.invitation_id = i.id) as loops,
               (select count(*) from mail_activity a join crm_sync_case c on c.id = a.res_id and a.res_model = 'crm.sync.case'
                  join mail_activity_type t on t.id = a.activity_type_id and t.category = 'phonecall'
                 where c.partner_id = i.partner_id) > 0 as tasks,
               (select count(*) from crm_sync_survey_invitation f where f.follow_up_of_id = i.id) as again,
               (select coalesce(sum(c.points), 0)::int from loyalty_card c where c.partner_id = i.partner_id) as points
          from {OURS} join crm_sync_score s on s.id = i.score_id where i.follow_up_of_id is null) t
     group by 1, 2, 3, 4, 5, 6 order by 1"""
AGAIN = f"""
    select l.is_still_low, l.is_recovered, count(*),
           sum((select count(*) from crm_sync_case_event e where e.case_id = l.case_id and e.kind = 'asked_again'))
      from crm_sync_survey_loop l join {OURS} on i.id = l.invitation_id where l.follow_up_at is not null group by 1, 2 order by 1"""


@pytest.fixture(scope="module")
def faulty(system_copy):
    with system_copy("loop_faults") as database:
        forker = Forker(database)
        try:
            forker.run(f"seed_answers {ANSWERS}")
            yield database, forker
        finally:
            forker.end()


def test_each_answer_has_what_follows_from_it_once(faulty):
    database, forker = faulty
    forker.killed_then_done_twice("follow_answers", TODO)
    each = str(ANSWERS // 5)
    assert databases.ask(FOUND, database) == [
        ["2", "1", "1", "t", "1", "0", each],
        ["5", "1", "1", "t", "1", "0", each],
        ["7", "1", "1", "t", "0", "0", each],
        ["8", "0", "0", "f", "0", "0", each],
        ["10", "0", "0", "f", "0", "50", each],
    ]


def test_each_second_answer_is_noted_once(faulty):
    database, forker = faulty
    forker.run("answer_again")
    forker.killed_then_done_twice("follow_answers", TODO, kills=3)
    each = str(ANSWERS // 5)
    assert databases.ask(AGAIN, database) == [["f", "t", each, each], ["t", "f", each, each]]
