"""What must be found after a job of ``story.py``, by plain queries: that it was done exactly once is one thing, that it is right another.

Numbers are those of the seeds: 9 customers with promises and conversations, 4 meetings, 4 cases of each sort.
"""

_PROMISE = "p.partner_id in (select id from res_partner where name like 'Fault %' and is_company)"
_CASE = "c.name like 'Fault %' and c.user_id = (select id from res_users where login = 'fault_seller')"
_CASE_TOLD = f"""select c.name, u.login, count(*), count(distinct c.id)
                   from mail_activity a join res_users u on u.id = a.user_id join crm_sync_case c on c.id = a.res_id
                  where a.res_model = 'crm.sync.case' and a.active and {_CASE} and u.login like 'fault%' group by 1, 2 order by 1, 2"""
_SAID = "m.model = 'crm.sync.case' and m.res_id = c.id"

#: {scheduled action: [(query, rows)]}
FOUND = {
    "cron_promises": [
        (
            f"""select p.name, p.state, e.kind, u.login, count(*), count(distinct p.id)
                  from crm_sync_promise p join crm_sync_promise_event e on e.promise_id = p.id left join res_users u on u.id = e.new_user_id
                 where {_PROMISE} and e.kind != 'made' group by 1, 2, 3, 4 order by 1, 3, 4""",
            [
                ["Fault broken", "broken", "broken", "", "9", "9"],
                ["Fault broken", "broken", "reminded", "fault_seller", "9", "9"],
                ["Fault long broken", "broken", "broken", "", "9", "9"],
                ["Fault long broken", "broken", "escalated", "fault_boss", "9", "9"],
                ["Fault long broken", "broken", "reminded", "fault_seller", "9", "9"],
                ["Fault soon", "open", "reminded", "fault_seller", "9", "9"],
            ],
        ),
        (
            f"""select p.name, u.login, count(*), count(distinct p.id) from mail_activity a join res_users u on u.id = a.user_id
                  join crm_sync_promise p on p.id = a.res_id and a.res_model = 'crm.sync.promise'
                 where {_PROMISE} group by 1, 2 order by 1, 2""",
            [
                ["Fault broken", "fault_seller", "9", "9"],
                ["Fault long broken", "fault_boss", "9", "9"],
                ["Fault long broken", "fault_seller", "9", "9"],
                ["Fault soon", "fault_seller", "9", "9"],
            ],
        ),
    ],
    "cron_mail_briefs": [
        (
            """select count(*), count(distinct m.subject) from mail_mail mail join mail_message m on m.id = mail.mail_message_id
                where m.subject like 'Before your meeting: Fault %'""",
            [["4", "4"]],
        )
    ],
    "cron_reconcile_responses": [
        (
            """select r.state, r.is_breached, coalesce(extract(epoch from r.answered_at - r.started_at)::int, 0), count(*),
                      bool_and((mod(r.partner_id, 3) = 0) = (r.state = 'answered'))
                 from crm_sync_response r join crm_sync_promise p on p.partner_id = r.partner_id and p.name = 'Fault soon'
                group by 1, 2, 3 order by 1""",
            [["answered", "f", "3600", "3", "t"], ["waiting", "t", "0", "6", "t"]],
        )
    ],
    "cron_watch_responses": [
        (
            """select u.login, count(*), count(distinct a.res_id) from mail_activity a join res_users u on u.id = a.user_id
                where a.res_model = 'res.partner' and a.res_id in (select partner_id from crm_sync_promise where name = 'Fault soon')
                group by 1 order by 1""",
            [["fault_boss", "6", "6"], ["fault_seller", "6", "6"]],
        )
    ],
    "cron_case_clocks": [
        (
            _CASE_TOLD,
            [
                ["Fault late", "fault_boss", "4", "4"],
                ["Fault late", "fault_seller", "4", "4"],
                ["Fault long late", "fault_boss", "4", "4"],
                ["Fault long late", "fault_seller", "4", "4"],
                ["Fault soon", "fault_seller", "4", "4"],
            ],
        ),
        (
            f"""select c.name, k.is_breached, k.alarmed_at is not null, k.escalated_at is not null, c.clock_state, count(*)
                  from crm_sync_case_clock k join crm_sync_case c on c.id = k.case_id
                 where {_CASE} and k.kind = 'resolve' and c.step = 'new' group by 1, 2, 3, 4, 5 order by 1""",
            [
                ["Fault late", "t", "t", "f", "breached", "4"],
                ["Fault long late", "t", "t", "t", "breached", "4"],
                ["Fault soon", "f", "f", "f", "warning", "4"],
            ],
        ),
    ],
    "cron_case_silence": [
        (
            f"""select c.name, c.step, c.silence_told_at is not null, count(*),
                       sum((select count(*) from crm_sync_case_event e where e.case_id = c.id and e.kind = 'closed')),
                       sum((select count(*) from mail_message m where {_SAID} and m.body like '%hear%nothing%')),
                       (select count(*) from crm_sync_case_clock k join crm_sync_case o on o.id = k.case_id
                         where o.name = 'Fault to be closed' and k.stopped_at is null)
                  from crm_sync_case c where {_CASE} and c.name like 'Fault to be%' group by 1, 2, 3 order by 1""",
            [
                ["Fault to be closed", "closed", "t", "4", "4", "4", "0"],
                ["Fault to be told", "waiting_customer", "t", "4", "0", "4", "0"],
            ],
        )
    ],
}
