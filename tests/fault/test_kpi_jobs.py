"""The job that measures KPIs is killed anywhere, and every month is measured once, whole, and with its evidence."""

import pytest
from forker import Forker

from dev import databases

KPIS = 12

TODO = """select count(*) from crm_sync_kpi k where k.code like 'fault_kpi_%'
             and not exists (select from crm_sync_kpi_value v where v.kpi_id = k.id)"""
#: Of each KPI: months, those without a gap before them, figures of the company, what they sum up to, and running ones.
MONTHS = """select distinct months, joined, figures, total, running from (
               select k.id, (select count(*) from crm_sync_kpi_period p where p.kpi_id = k.id) as months,
                      (select count(*) from crm_sync_kpi_period p join crm_sync_kpi_period n on n.kpi_id = p.kpi_id
                           and n.at_start = p.at_end and n.period_start = p.period_end + 1 where p.kpi_id = k.id) as joined,
                      (select count(*) from crm_sync_kpi_value v where v.kpi_id = k.id and v.scope_key = 'company') as figures,
                      (select sum(value)::int from crm_sync_kpi_value v where v.kpi_id = k.id and v.scope_key = 'company') as total,
                      (select count(*) from crm_sync_kpi_value v where v.kpi_id = k.id and v.scope_key = 'company'
                          and v.state = 'running') as running
                 from crm_sync_kpi k where k.code like 'fault_kpi_%') t"""
#: Final figures that their evidence does not give again, and those whose persons do not sum up to the company.
UNPROVED = """select count(*) from crm_sync_kpi_value v join crm_sync_kpi k on k.id = v.kpi_id and k.code like 'fault_kpi_%'
               where v.state = 'closed' and v.scope_key = 'company'
                 and (v.count != coalesce((select sum(e.count) from crm_sync_kpi_evidence e
                                            where e.period_id = v.period_id and e.revision = v.revision), 0)
                      or v.value != coalesce((select sum(p.value) from crm_sync_kpi_value p
                                               where p.period_id = v.period_id and p.scope_kind = 'person'), 0))"""
#: What a run that changes nothing leaves as it was.
ROWS = "select count(*), max(xmin::text::bigint) from crm_sync_kpi_value"


@pytest.fixture
def faulty(system_copy):
    with system_copy("kpi_faults") as database:
        forker = Forker(database)
        try:
            forker.run(f"seed_kpis {KPIS}")
            yield database, forker
        finally:
            forker.end()


def test_every_month_is_measured_once_and_proved(faulty):
    database, forker = faulty
    forker.killed_then_done_twice("measure_kpis", TODO)
    [[months, joined, figures, total, running]] = databases.ask(MONTHS, database)
    assert (months, joined, figures) == ("25", "24", "25")
    assert total == "240"
    assert running in {"1", "2"}
    assert databases.ask(UNPROVED, database) == [["0"]]
    before = databases.ask(ROWS, database)
    forker.run("measure_kpis")
    assert databases.ask(ROWS, database) == before
