import gzip
import tempfile

from odoo import fields
from odoo.tools import SQL

#: What nobody else knows, and a company may need afterwards: points and who has them, what customers said, were promised and
#: refuse, and figures that were reported. A row names its customer by Odoo's id.
_EXPORTED = (
    *("loyalty_entry", "loyalty_lot", "loyalty_allocation", "loyalty_arrears", "loyalty_anchor", "loyalty_adjustment"),
    *("tier_membership", "touch", "promise", "promise_event", "case", "case_event", "case_compensation"),
    *("score", "survey_invitation", "contact_preference", "care_occasion", "material", "material_sent"),
    *("kpi", "kpi_period", "kpi_value", "kpi_evidence", "kpi_target", "kpi_signal"),
    *("improvement", "campaign_cost", "campaign_member"),
)


def post_init_hook(env):
    """Fill the standing of all customers at once, so that the first screen is not empty, and open the loyalty ledger.

    Who waits for an answer is found in all messages, which are many: by a job, as soon as the server runs.
    """
    env["crm.sync.customer"].sudo()._refresh(SQL("TRUE"))  # sudo: computed rows of an installation
    env["crm.sync.loyalty.opening"].sudo()._open_cards()  # sudo: the ledger of all cards, by an installation
    env.ref("crm_sync_measures.cron_reconcile_responses")._trigger()


def uninstall_hook(env):
    """Keep a copy of what customers said and were given, and take away what the addon left in the database.

    Odoo drops the tables without asking. Cards and their points stay as they are. Activities of archived users, which
    our handovers alone knew of, get somebody who sees them.
    """
    env["crm.sync.handover"].sudo()._entrust_detained()  # sudo: an uninstallation
    # sudo: as above; each company's own, which no file of ours names.
    env["ir.sequence"].sudo().search([("code", "=", "crm.sync.case")]).unlink()
    # sudo: as above; what users made of their own, which Odoo leaves pointing at nothing.
    env["ir.filters"].sudo().with_context(active_test=False).search([("model_id", "=like", "crm.sync.%")]).unlink()
    env["ir.exports"].sudo().search([("resource", "=like", "crm.sync.%")]).unlink()  # sudo: as above
    _export(env)
    env["crm.sync.loyalty.ledger"]._drop_functions()
    _drop_references(env)


def _drop_references(env):
    """Our tables let go of each other and of everything else: Odoo deletes our causes and stages, and the mails and questionnaires that
    came with us, before it drops the tables that name them, and logs an error for each."""
    for table, name in env.execute_query(
        SQL(
            """SELECT conrelid::regclass::text, conname FROM pg_constraint
                WHERE contype = 'f' AND starts_with(conrelid::regclass::text, 'crm_sync_')"""
        )
    ):
        env.cr.execute(SQL("ALTER TABLE %s DROP CONSTRAINT %s", SQL.identifier(table), SQL.identifier(name)))


def _export(env):
    """Attach each table as compressed CSV to the module, readable by administrators: what is about to be dropped."""
    env.flush_all()
    for name in _EXPORTED:
        with tempfile.TemporaryFile() as file:
            with gzip.GzipFile(fileobj=file, mode="wb") as packed:
                copy = SQL("COPY (SELECT %s FROM %s) TO STDOUT WITH CSV HEADER", *_exported(env, f"crm_sync_{name}"))
                env.cr.copy_expert(copy.code, packed)
            file.seek(0)
            # sudo: an uninstallation
            env["ir.attachment"].sudo().create(
                {
                    "name": f"{name.replace('_', '-')}-{fields.Date.today()}.csv.gz",
                    "raw": file.read(),
                    "mimetype": "application/gzip",
                    "res_model": "ir.module.module",
                    "res_id": env.ref("base.module_crm_sync_measures").id,
                }
            )


def _exported(env, table):
    """``(columns, table)``: yes and no as words that Odoo's import knows, which PostgreSQL's ``t`` and ``f`` are not."""
    kinds = env.execute_query(
        SQL(
            """SELECT column_name, udt_name FROM information_schema.columns
                WHERE table_schema = current_schema() AND table_name = %s ORDER BY ordinal_position""",
            table,
        )
    )
    columns = []
    for name, kind in kinds:
        column = SQL.identifier(name)
        columns.append(SQL("%s::text AS %s", column, column) if kind == "bool" else column)
    return SQL(", ").join(columns), SQL.identifier(table)
