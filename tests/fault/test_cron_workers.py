"""Odoo's own way to more machines: several schedulers on one database share the work, and nothing is done twice.

Every scheduled action of the addon is due at once, with work of many rooms; one, two and four processes leave the same behind.
"""

import pytest
from cron_workers import OURS, Workers
from forker import Forker
from test_activity_jobs import ALARMS, BRIEFS, CUSTOMERS, MEETINGS, PROMISES, REMINDERS, RESPONSES

from dev import databases

CARDS, ASKED, VISITED = 40, 16, 12

#: What is done twice, whoever has done it: each must find nothing.
TWICE = {
    "lots expired": """select lot_id from crm_sync_loyalty_allocation a join crm_sync_loyalty_entry e on e.id = a.entry_id
                        where e.kind = 'expire' group by 1 having count(*) > 1""",
    "mails": """select m.model, m.res_id, m.subject, mail.email_to, array_agg(r.res_partner_id) from mail_mail mail
                  join mail_message m on m.id = mail.mail_message_id left join mail_mail_res_partner_rel r on r.mail_mail_id = mail.id
                 where m.res_id > 0 group by mail.id, 1, 2, 3, 4""",
    "visits": """select res_id from mail_activity where res_model = 'res.partner' and res_id in
                        (select id from res_partner where name like 'Fault visited %') group by 1 having count(*) > 1""",
    "invitations": "select partner_id from crm_sync_survey_invitation i join crm_sync_survey_program p on p.id = i.program_id"
    " where p.name = 'Fault program' group by 1 having count(*) > 1",
    "figures": "select period_id, scope_key from crm_sync_kpi_value group by 1, 2, revision having count(*) > 1",
    "tiers": "select account_id from crm_sync_tier_membership where state = 'active' group by 1 having count(*) > 1",
}
