from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain


class CrmSyncProgramMixin(models.AbstractModel):
    """What works for customers while it is running: for whom, in whose name, and how it is started and paused.

    A model that inherits this has a ``state`` (``draft``, ``running``, ``paused`` and what it needs besides).
    """

    _name = "crm.sync.program.mixin"
    _inherit = ["crm.sync.draft.mixin", "mail.thread"]
    _description = "Program"
    _order = "sequence, id"
    _check_company_auto = True

    #: Which state may follow which.
    _sync_follows = {"draft": {"running"}, "running": {"paused"}, "paused": {"running"}}
    #: Fields that :meth:`_check_startable` looks at: what is needed to start is needed as long as it runs.
    _sync_needed = frozenset()

    name = fields.Char(required=True, translate=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company, ondelete="restrict"
    )
    department_id = fields.Many2one(
        "crm.sync.department", index="btree_not_null", ondelete="restrict", check_company=True, tracking=True
    )
    audience_domain = fields.Char("Audience", default="[]")
    sender_id = fields.Many2one(
        "res.users", domain="[('share', '=', False), ('company_ids', 'in', company_id)]", ondelete="set null"
    )

    # ---------------------------------------------------------------- states

    def action_pause(self):
        """Nothing more happens until it is started again."""
        self._check_manager()
        return self._go("paused")

    def _go(self, state):
        for program in self:
            if state not in self._sync_follows[program.state]:
                raise UserError(self.env._("“%s” cannot do this now. Reload the page to see its state.", program.name))
        return self._record({"state": state})

    def _check_startable(self):
        """Raise where something is missing without which it cannot run."""
        raise NotImplementedError

    def write(self, vals):
        result = super().write(vals)
        if self._sync_needed & vals.keys():
            for program in self.filtered(lambda program: program.state == "running"):
                program._check_startable()
        return result

    def copy_data(self, default=None):
        default = dict(default or {})
        return [
            {**vals, "name": default.get("name") or self.env._("%s (copy)", program.name)}
            for program, vals in zip(self, super().copy_data(default), strict=True)
        ]

    # ---------------------------------------------------------------- whom, and in whose name

    @api.constrains("sender_id", "company_id")
    def _check_sender(self):
        for program in self:
            sender = program.sender_id.sudo()  # sudo: which companies a colleague works for
            if sender and (sender.share or program.company_id not in sender.company_ids):
                raise ValidationError(
                    self.env._("Sender: choose a colleague who works for %s.", program.company_id.name)
                )

    @api.constrains("audience_domain")
    def _check_audience(self):
        """With the rights of who writes it: later it is asked as superuser."""
        contacts = self.env["res.partner"].sudo(False)  # sudo(False): Odoo runs checks as superuser
        for program in self:
            try:
                program._refuse_audience()
                contacts.search_count(program._own_audience(), limit=1)
            except (KeyError, SyntaxError, TypeError, ValueError) as error:
                raise ValidationError(program._words_audience(error)) from error

    def _refuse_audience(self):
        """Raise a ``ValueError`` for what no audience of this model may ask for."""

    def _own_audience(self):
        """What the program itself says of whom it is for."""
        self.ensure_one()
        return Domain(literal_eval(self.audience_domain or "[]"))

    def _audience(self):
        """Domain of contacts whom it may be for at all: those of the audience who are no colleagues, and of the company."""
        self.ensure_one()
        return self._own_audience() & Domain(
            [("partner_share", "=", True), ("company_id", "in", [False, self.company_id.id])]
        )

    def _words_audience(self, error):
        """To who writes an audience that cannot be understood."""
        raise NotImplementedError
