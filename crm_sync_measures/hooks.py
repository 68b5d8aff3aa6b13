from odoo.tools import SQL


def post_init_hook(env):
    """Fill the standing of all customers at once, so that the first screen is not empty, and open the loyalty ledger.

    Who waits for an answer is found in all messages, which are many: by a job, as soon as the server runs.
    """
    env["crm.sync.customer"].sudo()._refresh(SQL("TRUE"))  # sudo: computed rows of an installation
    env["crm.sync.loyalty.opening"].sudo()._open_cards()  # sudo: the ledger of all cards, by an installation
    env.ref("crm_sync_measures.cron_reconcile_responses")._trigger()


def uninstall_hook(env):
    """Keep a copy of the points ledger, and take away what it left in the database.

    Odoo drops the tables without asking. Cards and their points stay as they are. Activities of archived users, which
    our handovers alone knew of, get somebody who sees them.
    """
    env["crm.sync.handover"].sudo()._entrust_detained()  # sudo: an uninstallation
    # sudo: as above; each company's own, which no file of ours names.
    env["ir.sequence"].sudo().search([("code", "=", "crm.sync.case")]).unlink()
    env["crm.sync.loyalty.ledger"]._export_all()
    env["crm.sync.loyalty.ledger"]._drop_functions()
    _drop_references(env)


def _drop_references(env):
    """Our tables let go of each other: Odoo deletes our causes, stages and departments before it drops the tables that
    name them, and logs an error for each. Survey programs let go of the questionnaires and mails too that came with us."""
    for table, name in env.execute_query(
        SQL(
            """SELECT conrelid::regclass::text, conname FROM pg_constraint
                WHERE contype = 'f' AND starts_with(conrelid::regclass::text, 'crm_sync_')
                  AND (starts_with(confrelid::regclass::text, 'crm_sync_')
                       OR starts_with(conrelid::regclass::text, 'crm_sync_survey_'))"""
        )
    ):
        env.cr.execute(SQL("ALTER TABLE %s DROP CONSTRAINT %s", SQL.identifier(table), SQL.identifier(name)))
