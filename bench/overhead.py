"""What the addon adds to Odoo's own work: run on a database without it and on one with it, then compared.

Every piece of work is done, with what a commit would do first, and rolled back.
"""

from __future__ import annotations

import argparse
import contextlib
import json
from functools import partial

from lxml import etree

from .generate import first_customer, login
from .odoo_session import open_registry, session
from .stopwatch import in_turns


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.overhead")
    parser.add_argument("config")
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    registry = open_registry(options.config)
    with session(registry) as env:
        seller = env["res.users"].search([("login", "=", login(0))]).id
        # A customer with one order and no opportunity: Odoo itself does more for those who have many.
        env.cr.execute(
            """SELECT o.partner_id FROM sale_order o LEFT JOIN crm_lead l ON l.partner_id = o.partner_id
                WHERE o.partner_id > %s GROUP BY 1 HAVING count(*) = 1 AND count(l.id) = 0 ORDER BY 1 LIMIT 1""",
            [first_customer(env)],
        )
        customer = env.cr.fetchone()[0]
    rivals = {name: partial(prepared, registry, seller, customer, work) for name, work in WORK.items()}
    courses = in_turns(rivals, options.rounds, warm_up=2)
    print(json.dumps({name: {"time": c.time, "queries": sorted(c.queries)} for name, c in courses.items()}))


@contextlib.contextmanager
def prepared(registry, uid: int, customer: int, work):
    with session(registry, uid, allowed_company_ids=[1], lang="en_US", tz="UTC") as env:
        records = _records(env, customer)
        env.flush_all()
        env.cr.flush()
        env.invalidate_all()
        yield env, partial(_whole, work, records)


def _records(env, customer_id: int) -> dict:
    """A customer, and a lead and a quotation of his."""
    customer = env["res.partner"].browse(customer_id)
    product = env["product.product"].search([("name", "=", "Bench Goods")])
    mine = {"partner_id": customer.id, "user_id": env.uid}
    return {
        "customer": customer,
        "lead": env["crm.lead"].create({"name": "Overhead", **mine}),
        "order": env["sale.order"].create(
            {**mine, "order_line": [(0, 0, {"product_id": product.id, "product_uom_qty": 1})]}
        ),
    }


def _whole(work, records, env):
    work(records)
    env.flush_all()
    env.cr.flush()  # what a commit does first: tracking, and what was noted for the end of the transaction


def _form(records):
    """What the web client reads to show the customer's form."""
    customer = records["customer"]
    view = etree.fromstring(customer.get_views([(False, "form")])["views"]["form"]["arch"])
    names = view.xpath("//field[not(ancestor::field)]/@name")
    customer.web_read({name: {} for name in names})


def _post(record, message_type, subtype, **values):
    record.message_post(body="Hello", message_type=message_type, subtype_xmlid=subtype, **values)


WORK = {
    "comment on an opportunity": lambda r: _post(r["lead"], "comment", "mail.mt_comment"),
    "e-mail of the customer on an opportunity": lambda r: _post(
        r["lead"], "email", "mail.mt_comment", author_id=r["customer"].id
    ),
    "note on an opportunity": lambda r: _post(r["lead"], "comment", "mail.mt_note"),
    "automatic message on an opportunity": lambda r: _post(r["lead"], "notification", "mail.mt_note"),
    "order confirmed": lambda r: r["order"].action_confirm(),
    "partner created": lambda r: r["customer"].create({"name": "New", "email": "new@example.com"}),
    "partner's phone changed": lambda r: r["customer"].write({"phone": "+1 202 555 0100"}),
    "partner's salesperson changed": lambda r: r["customer"].write({"user_id": r["customer"].env.uid}),
    "partner form read": _form,
}


if __name__ == "__main__":
    main()
