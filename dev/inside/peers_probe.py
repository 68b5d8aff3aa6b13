"""Tries the addon beside whatever else is installed: each thing that goes wrong is a line PROBLEM, what was tried the line PROBED.

Views of the addon and those it changes are checked as they are combined, its menus are opened as the web client does, its
jobs run once, and a customer lives through a day. Changes the database: only for copies.
"""

import contextlib
import json
from datetime import timedelta

from odoo import fields
from odoo.tools.safe_eval import safe_eval

OURS = "crm_sync_measures"
# As people do, with the rights of an administrator and not beyond all rights.
me = env(user=env.ref("base.user_admin"))
counts = {"views": 0, "menus": 0, "jobs": 0, "steps": 0}


@contextlib.contextmanager
def tried(kind, name):
    """Counts, and undoes and tells what fails."""
    counts[kind] += 1
    try:
        with me.cr.savepoint():
            yield
            me.flush_all()
    except Exception as error:
        me.invalidate_all()
        print(f"PROBLEM {kind[:-1]} {name}: {type(error).__name__}: {' '.join(str(error).split())[:300]}")


def top(view):
    while view.inherit_id and view.mode == "extension":
        view = view.inherit_id
    return view


def check_views():
    """A view that another addon changes is wrong in its combination, which stands nowhere but in the topmost view."""
    data = me["ir.model.data"].search([("module", "=like", OURS + "%"), ("model", "=", "ir.ui.view")])
    views = me["ir.ui.view"].browse(data.mapped("res_id")).exists()
    for view in me["ir.ui.view"].union(*map(top, views)).sorted("id"):
        with tried("views", view.xml_id or view.name):
            view._check_xml()


def open_menus():
    """Our menus, and the screens of Odoo that everybody has open all day."""
    menus = me["ir.ui.menu"].search([("id", "child_of", me.ref(f"{OURS}.menu_root").id)])
    actions = [menu.action for menu in menus if menu.action and menu.action._name == "ir.actions.act_window"]
    names = ("contacts.action_contacts", "crm.crm_lead_action_pipeline", "sale.action_quotations_with_onboarding")
    actions += [action for name in names if (action := me.ref(name, False))]
    for action in actions:
        with tried("menus", action.name):
            show(action)


def show(action):
    """The views of an action with the records of its first page."""
    model = me[action.res_model]
    arches = model.get_views([*action.views, (False, "search")], {"toolbar": True})["views"]
    context = {"uid": me.uid, "active_id": False, "active_ids": [], "active_model": False}
    domain = safe_eval(action.domain or "[]", {**context, "context_today": fields.Date.today})
    # Some addons give bytes.
    shown = "".join(str(arches[name]["arch"]) for name in ("list", "kanban", "form") if name in arches)
    wanted = {name: {} for name in model.fields_get(attributes=["type"]) if f'name="{name}"' in shown}
    model.web_search_read(domain, wanted, limit=40)


def run_jobs():
    """Each job as the scheduler calls it: what it raises, and what it has set aside."""
    for job in me["crm.sync.job"].search([], limit=1000):
        counts["jobs"] += 1
        outcome = job.cron_id.method_direct_trigger()
        if outcome is not True:
            print(f"PROBLEM job {job.code}: {str(outcome)[:300]}")
    for failure in me["crm.sync.job.failure"].search([], limit=100):
        print(f"PROBLEM job {failure.job_id.code}: {failure.error}")


def live():
    """What every company does with a customer, each step with the one before it."""
    made = {}
    with tried("steps", "customer"):
        made["customer"] = me["res.partner"].create({"name": "Ada Peer", "email": "ada@peer.example.com"})
        made["twin"] = me["res.partner"].create({"name": "Ada Twin", "email": "ada@peer.example.com"})
        product = me["product.product"].create({"name": "Lamp", "list_price": 100, "taxes_id": False, "type": "service"})
        program = me["loyalty.program"].create({
            "name": "Peers", "program_type": "loyalty", "applies_on": "both", "trigger": "auto",
            "rule_ids": [(0, 0, {"reward_point_mode": "money", "reward_point_amount": 1})]})
    customer = made["customer"]
    with tried("steps", "opportunity won"):
        lead = me["crm.lead"].create({"name": "Lamps", "partner_id": customer.id, "type": "opportunity"})
        lead.message_post(body="When?", message_type="email", subtype_xmlid="mail.mt_comment", author_id=customer.id)
        lead.action_set_won()
    with tried("steps", "order earns points"):
        order = me["sale.order"].create({"partner_id": customer.id, "order_line": [(0, 0, {"product_id": product.id})]})
        order._update_programs_and_rewards()
        order.action_confirm()
        me.flush_all()
        card = me["loyalty.card"].search([("program_id", "=", program.id), ("partner_id", "=", customer.id)])
        assert (card.points, sum(card.sync_entry_ids.mapped("quantity"))) == (100, 100), (card.points, card.sync_entry_ids)
    with tried("steps", "promise kept"):
        now = fields.Datetime.now()
        me["crm.sync.promise"].create({"name": "Call", "partner_id": customer.id, "promised_at": now, "due_at": now + timedelta(days=1)}).action_keep()
    with tried("steps", "case solved"):
        case = me["crm.sync.case"].create({"name": "Broken", "partner_id": customer.id, "kind": "complaint"})
        assert not me["crm.sync.contact.gate"].may_contact(customer.ids, "marketing", "email")[0]["allowed"]
        case.action_reject("It was not ours")
    with tried("steps", "customer 360"):
        kinds = {event["kind"] for event in customer.sync_timeline()["events"]}
        assert {"order", "promise"} <= kinds, kinds
        customer.sync_customer_page()
    with tried("steps", "mail"):
        customer.message_post(body="Thank you", message_type="comment", subtype_xmlid="mail.mt_comment", partner_ids=customer.ids)
    with tried("steps", "contacts merged"):
        me["base.partner.merge.automatic.wizard"]._merge((customer | made["twin"]).ids, customer)
        assert customer.exists() and card.exists().points == 100


check_views()
open_menus()
live()
me.cr.commit()
run_jobs()
print("PROBED " + json.dumps(counts))
