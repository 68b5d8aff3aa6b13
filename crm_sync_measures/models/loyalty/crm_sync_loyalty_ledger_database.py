from odoo import api, models
from odoo.tools import SQL

from .ledger_rows import SEALED


class CrmSyncLoyaltyLedger(models.AbstractModel):
    """What the ledger has in the database itself: the chain of seals, and the refusal of every change."""

    _inherit = "crm.sync.loyalty.ledger"

    @api.model
    def _content_sql(self, alias):
        """What the seal of row ``alias`` says, as :func:`~.ledger_rows.content` has it."""
        table = SQL.identifier(alias)

        def text(column):
            name = SQL("%s.%s", table, SQL.identifier(column))
            if column in ("quantity", "balance"):
                return SQL("%s::numeric(20,4)", name)
            return SQL("to_char(%s, 'YYYY-MM-DD HH24:MI:SS')", name) if column == "effective_at" else name

        return SQL("concat(%s)", SQL(", '|', ").join(text(column) for column in SEALED))

    def _create_functions(self):
        """``crm_sync_chain(head, content)``: the running seal, an aggregate that works over a window."""
        self.env.cr.execute(
            """
            CREATE OR REPLACE FUNCTION crm_sync_seal(state text, head text, content text) RETURNS text
                LANGUAGE sql IMMUTABLE PARALLEL SAFE
                AS $$ SELECT encode(sha256(convert_to(COALESCE(state, head, '') || content, 'UTF8')), 'hex') $$;
            CREATE OR REPLACE AGGREGATE crm_sync_chain(head text, content text) (SFUNC = crm_sync_seal, STYPE = text);
            CREATE OR REPLACE FUNCTION crm_sync_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'The loyalty ledger is append-only: % of % refused. Make an adjustment instead.',
                    TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
            END $$;
            """
        )

    def _protect_table(self, table):
        """Refuse UPDATE, DELETE and TRUNCATE in the database itself; dropping the table stays possible."""
        self.env.cr.execute(
            SQL(
                """
                CREATE OR REPLACE TRIGGER crm_sync_append_only BEFORE UPDATE OR DELETE ON %(table)s
                    FOR EACH ROW EXECUTE FUNCTION crm_sync_refuse();
                CREATE OR REPLACE TRIGGER crm_sync_no_truncate BEFORE TRUNCATE ON %(table)s
                    FOR EACH STATEMENT EXECUTE FUNCTION crm_sync_refuse();
                """,
                table=SQL.identifier(table),
            )
        )

    def _drop_functions(self):
        """With their triggers; the tables are about to be dropped."""
        self.env.cr.execute(
            """
            DROP AGGREGATE IF EXISTS crm_sync_chain(text, text);
            DROP FUNCTION IF EXISTS crm_sync_seal(text, text, text);
            DROP FUNCTION IF EXISTS crm_sync_refuse() CASCADE;
            """
        )
