"""What ``forked.py`` does for ``test_handover_killed.py``: a seller with matters, who hands them over and takes them back."""


def seed_handover(env, customers):
    """A seller with five matters for each of so many customers, two colleagues, and their department."""
    env = env(context={"tracking_disable": True, "mail_activity_quick_update": True, "no_mail_to_attendees": True})
    department = env["crm.sync.department"].create({"name": "Fault Sales"})
    users = env["res.users"].with_context(no_reset_password=True)
    groups = [env.ref("crm_sync_measures.group_user").id, env.ref("sales_team.group_sale_salesman_all_leads").id]
    holder, *_successors = users.create(
        [
            {
                "name": f"Fault {name}",
                "login": f"fault_{name}",
                "email": f"fault_{name}@example.com",
                "group_ids": [(6, 0, groups)],
                "sync_department_id": department.id,
            }
            for name in ("holder", "first", "second")
        ]
    )
    number = int(customers)
    partners = env["res.partner"].create(
        [
            {"name": f"Fault {n}", "is_company": True, "email": f"fault{n}@example.com", "user_id": holder.id}
            for n in range(number)
        ]
    )
    leads = env["crm.lead"].create(
        [
            {
                "name": f"Fault {p.id}",
                "type": "opportunity",
                "partner_id": p.id,
                "user_id": holder.id,
                "date_open": "2026-01-05",
            }
            for p in partners
        ]
    )
    env["sale.order"].create([{"partner_id": p.id, "user_id": holder.id} for p in partners[: number // 2]])
    lead_model, call = env["ir.model"]._get_id("crm.lead"), env.ref("mail.mail_activity_data_call").id
    env["mail.activity"].create(
        [
            {
                "res_model_id": lead_model,
                "res_id": lead.id,
                "activity_type_id": call,
                "summary": summary,
                "user_id": holder.id,
            }
            for lead in leads
            for summary in ("Call", "Call again")
        ]
    )
    env["calendar.event"].create(
        [
            {
                "name": "Fault visit",
                "user_id": holder.id,
                "start": "2099-03-02 09:00:00",
                "stop": "2099-03-02 10:00:00",
                "partner_ids": [(6, 0, [holder.partner_id.id, p.id])],
            }
            for p in partners[number // 2 :]
        ]
    )


def prepare_handover(env):
    """Everything the seller has is on the list of a handover, with a new owner."""
    holder = env["res.users"].search([("login", "=", "fault_holder")])
    handover = env["crm.sync.handover"].create({"user_id": holder.id, "reason": "leaving"})
    handover.action_gather()
    if not all(line.user_id for line in handover.line_ids):
        raise AssertionError("a matter without a suggestion")


def hand_over(env):
    env["crm.sync.handover"].search([("user_id.login", "=", "fault_holder")], limit=1).action_execute()


def take_back(env):
    env["crm.sync.handover"].search([("user_id.login", "=", "fault_holder")], limit=1).action_undo()


WORK = {
    "seed_handover": seed_handover,
    "prepare_handover": prepare_handover,
    "hand_over": hand_over,
    "take_back": take_back,
}
