"""The timeline as an ordinary addon would write it: every document and its chatter, record by record, then sorted."""

from __future__ import annotations


def usual_timeline(env, customer_id: int, limit: int) -> list[tuple]:
    family = env["res.partner"].with_context(active_test=False).search([("commercial_partner_id", "=", customer_id)])
    events = []
    for touch in env["crm.sync.touch"].search([("partner_id", "in", family.ids)]):
        events.append((touch.occurred_at, touch.display_name))
    for partner in family:
        events += _chatter(partner)
    for lead in env["crm.lead"].with_context(active_test=False).search([("partner_id", "in", family.ids)]):
        events.append((lead.create_date, lead.display_name))
        events += _chatter(lead)
    for order in env["sale.order"].search([("partner_id", "in", family.ids)]):
        events.append((order.date_order, order.display_name))
        events += _chatter(order)
    for move in env["account.move"].search([("partner_id", "in", family.ids), ("move_type", "like", "out_")]):
        events.append((move.create_date, move.display_name))
        events += _chatter(move)
    for meeting in env["calendar.event"].search([("partner_ids", "in", family.ids)]):
        events.append((meeting.start, meeting.display_name))
    for card in env["loyalty.card"].search([("partner_id", "in", family.ids)]):
        for line in card.history_ids:
            events.append((line.create_date, line.description))
    events.sort(reverse=True)
    return events[:limit]


def _chatter(record) -> list[tuple]:
    return [
        (message.date, message.preview)
        for message in record.message_ids
        if message.message_type in ("email", "comment") or message.mail_activity_type_id
    ]
