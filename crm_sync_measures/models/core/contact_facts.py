"""One SELECT for "who contacted which customer, when and how", from Odoo's own records and our journal.

The contact report and the last contact of every customer are both computed from it, so that they
can never disagree.

A contact is: a logged touch; an e-mail or comment that reached or came from the customer (no
internal note, no automatic message); a call or meeting activity marked as done; a meeting that was
held and is not private.
"""

from odoo import SUPERUSER_ID, fields
from odoo.tools import SQL

#: Models whose chatter is read: (model, table, column of the partner).
DOCUMENTS = (
    ("res.partner", "res_partner", "id"),
    ("crm.lead", "crm_lead", "partner_id"),
    ("sale.order", "sale_order", "partner_id"),
    ("account.move", "account_move", "partner_id"),
)
#: Of all journal entries, those that a customer knows of.
CUSTOMER_MOVES = SQL("move_type IN ('out_invoice', 'out_refund', 'out_receipt')")
#: Privacy of meeting ``e`` as Odoo sees it: its own, else the organiser's default, else the system's.
MEETING_PRIVACY = SQL(
    """COALESCE(e.privacy, (SELECT calendar_default_privacy FROM res_users_settings WHERE user_id = e.user_id),
                (SELECT value FROM ir_config_parameter WHERE key = 'calendar.default_privacy'), 'public')"""
)
#: Models read by :func:`contact_facts`; flush them before running it.
MODELS = (
    "crm.sync.touch",
    "mail.message",
    "mail.activity.type",
    "calendar.event",
    "res.partner",
    "res.users",
    "crm.lead",
    "sale.order",
    "account.move",
)


def contact_facts(env, partner_condition):
    """SELECT of (source, id, partner_id, at, user_id, department_id, channel, direction, company_id,
    commercial_partner_id).

    :param SQL partner_condition: which partners (alias ``p``) are looked at
    """
    branches = [_touches(partner_condition), _meetings(partner_condition)]
    branches += [
        _messages(env, number, *document, partner_condition) for number, document in enumerate(DOCUMENTS, start=2)
    ]
    return SQL(
        """WITH staff AS MATERIALIZED (
               SELECT partner_id, min(id) AS user_id, min(sync_department_id) AS department_id
                 FROM res_users WHERE NOT share AND id != %s GROUP BY partner_id
           ) %s""",
        SUPERUSER_ID,
        SQL(" UNION ALL ").join(branches),
    )


def _touches(partner_condition):
    return SQL(
        """SELECT 0 AS source, t.id, p.id AS partner_id, t.occurred_at AS at, t.user_id, t.department_id,
                  t.channel, t.direction, t.company_id, p.commercial_partner_id
             FROM res_partner p JOIN crm_sync_touch t ON t.partner_id = p.id
            WHERE %s AND NOT EXISTS (SELECT FROM crm_sync_touch c WHERE c.corrects_id = t.id)""",
        partner_condition,
    )


def _meetings(partner_condition):
    return SQL(
        """SELECT 1, e.id, p.id, e.start, e.user_id, u.sync_department_id, 'meeting', 'out', NULL::int, p.commercial_partner_id
             FROM res_partner p
             JOIN calendar_event_res_partner_rel r ON r.res_partner_id = p.id
             JOIN calendar_event e ON e.id = r.calendar_event_id
             LEFT JOIN res_users u ON u.id = e.user_id
            WHERE %s AND p.partner_share AND e.active AND e.stop <= %s AND %s != 'private'""",
        partner_condition,
        fields.Datetime.now(),
        MEETING_PRIVACY,
    )


def _messages(env, number, model, table, column, partner_condition):
    """Messages on the documents of one model; a done activity is known by its chatter message."""
    on_partner = table == "res_partner"
    return SQL(
        """SELECT %(number)s, m.id, p.id, m.date, s.user_id, s.department_id,
                  CASE a.category WHEN 'phonecall' THEN 'call' WHEN 'meeting' THEN 'meeting' ELSE 'email' END,
                  CASE WHEN s.user_id IS NULL THEN 'in' ELSE 'out' END, %(company)s, p.commercial_partner_id
             FROM res_partner p %(document)s
             JOIN mail_message m ON m.model = %(model)s AND m.res_id = %(res_id)s
             LEFT JOIN staff s ON s.partner_id = m.author_id
             LEFT JOIN mail_activity_type a ON a.id = m.mail_activity_type_id
            WHERE %(condition)s AND p.partner_share AND %(is_contact)s""",
        number=number,
        company=SQL("p.company_id") if on_partner else SQL("d.company_id"),
        document=SQL()
        if on_partner
        else SQL(
            "JOIN %s d ON d.%s = p.id %s",
            SQL.identifier(table),
            SQL.identifier(column),
            # A talk about a vendor's bill is none with a customer.
            SQL("AND %s", CUSTOMER_MOVES) if model == "account.move" else SQL(),
        ),
        model=model,
        res_id=SQL("p.id") if on_partner else SQL("d.id"),
        condition=partner_condition,
        is_contact=is_contact(env),
    )


def is_contact(env):
    """SQL condition on message ``m`` and its activity type ``a``: it reached or came from the customer."""
    xmlid = env["ir.model.data"]._xmlid_to_res_id
    return SQL(
        """(a.category IN ('phonecall', 'meeting')
            OR m.is_internal IS NOT TRUE AND m.author_id IS DISTINCT FROM %(robot)s
               AND (m.message_type = 'email' AND m.subtype_id IS DISTINCT FROM %(note)s
                    OR m.message_type = 'comment' AND m.subtype_id = %(comment)s))""",
        robot=xmlid("base.partner_root"),
        note=xmlid("mail.mt_note"),
        comment=xmlid("mail.mt_comment"),
    )
