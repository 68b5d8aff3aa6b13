from odoo.tools import SQL


def post_init_hook(env):
    """Fill the standing of all customers at once, so that the first screen is not empty."""
    env["crm.sync.customer"].sudo()._refresh(SQL("TRUE"))  # sudo: computed rows of an installation


def uninstall_hook(env):
    """Keep a copy of the points ledger, and take away what it left in the database.

    Odoo drops the tables without asking. Cards and their points stay as they are.
    """
    env["crm.sync.loyalty.ledger"]._export_all()
    env["crm.sync.loyalty.ledger"]._drop_functions()
