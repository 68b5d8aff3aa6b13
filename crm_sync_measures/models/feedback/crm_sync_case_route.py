from odoo import api, fields, models
from odoo.addons.base.models.res_partner import _lang_get
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...rules.case_flow import KINDS
from ...rules.case_routing import MAX_WORDS, Rule, words_of
from ..core.cached import kept
from .crm_sync_case import CHANNELS

OWNERS = [
    ("least", "Who Has the Least Open Work"),
    ("user", "A Named Colleague"),
    ("queue", "Nobody Yet: Queue of the Department"),
]


class CrmSyncCaseRoute(models.Model):
    """To whom new cases go: the first rule that fits says the department, and who of its people sees to it.

    What is left empty holds for any case. Rules are those of one company; they are looked at when a case is opened, and
    again by *Assign by Rules*.
    """

    _name = "crm.sync.case.route"
    _inherit = ["crm.sync.company.decision"]
    _description = "Routing Rule"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char("Rule", required=True, translate=True, help="Told to who gets a case by it.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True, ondelete="cascade"
    )

    # ---------------------------------------------------------------- which cases

    is_for_complaint = fields.Boolean("Complaints", default=True)
    is_for_question = fields.Boolean("Questions", default=True)
    is_for_praise = fields.Boolean("Praise", default=True)
    is_for_suggestion = fields.Boolean("Customer Suggestions", default=True)
    categ_ids = fields.Many2many(
        "product.category", string="Product Categories", help="With all categories below them. Empty: any."
    )
    words = fields.Text(
        "Words in the Text",
        help="One of these, with commas between them, in any language. Words with letters are found as whole words, a"
        " star stands for any ending (refund*); Chinese words are found anywhere. Empty: any text.",
    )
    lang = fields.Selection(_lang_get, "Customer's Language")
    channel = fields.Selection(CHANNELS)
    tier_weight = fields.Integer(
        "Customer Weighs at Least", help="Only for customers whose tier weighs so much or more. 0: all customers."
    )

    # ---------------------------------------------------------------- to whom

    department_id = fields.Many2one(
        "crm.sync.department", required=True, ondelete="cascade", check_company=True, index=True
    )
    owner = fields.Selection(
        OWNERS,
        required=True,
        default="least",
        help="Open work is what a colleague has of open cases, the urgent ones counted more. Only who is at work now and"
        " not away is asked. Where nobody is, the case waits in the queue, and the department manager is told.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Colleague",
        ondelete="set null",
        index="btree_not_null",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Gets the case at any hour. While he is away it waits in the queue, and the department manager is told.",
    )
    condition = fields.Char("Which Cases", compute="_compute_condition")
    case_count = fields.Integer("Cases", compute="_compute_case_count")

    _tier_range = models.Constraint(
        "CHECK(tier_weight BETWEEN 0 AND 1000)", "Customer weighs at least: enter 0 to 1000."
    )

    @api.depends(*(f"is_for_{kind}" for kind in KINDS), "categ_ids.name", "words", "lang", "channel", "tier_weight")
    @api.depends_context("lang")
    def _compute_condition(self):
        """In one line, for lists."""
        langs, channels = (dict(self._fields[name]._description_selection(self.env)) for name in ("lang", "channel"))
        for route in self:
            kinds = route._kinds()
            labels = [self._fields[f"is_for_{kind}"].get_description(self.env, ["string"])["string"] for kind in kinds]
            said = [
                "" if len(kinds) == len(KINDS) else ", ".join(labels),
                ", ".join(route.categ_ids.mapped("name")),
                f"“{' '.join(route.words.split())}”" if route.words else "",
                langs.get(route.lang),
                channels.get(route.channel),
                self.env._("tier weight from %s", route.tier_weight) if route.tier_weight else "",
            ]
            route.condition = " · ".join(filter(None, said)) or self.env._("All cases")

    def _compute_case_count(self):
        counts = dict(self.env["crm.sync.case"]._read_group([("route_id", "in", self.ids)], ["route_id"], ["__count"]))
        for route in self:
            route.case_count = counts.get(route._origin, 0)

    @api.onchange("owner")
    def _onchange_owner(self):
        if self.owner != "user":
            self.user_id = False

    # ---------------------------------------------------------------- checks

    @api.constrains(*(f"is_for_{kind}" for kind in KINDS))
    def _check_kinds(self):
        for route in self:
            if not route._kinds():
                raise ValidationError(self.env._("%s: choose at least one kind of case.", route.name))

    @api.constrains("words")
    def _check_words(self):
        for route in self:
            if len(route.words or "") > 5000 or len(words_of(route.words)) > MAX_WORDS:
                raise ValidationError(
                    self.env._("%(rule)s: at most %(count)s words.", rule=route.name, count=MAX_WORDS)
                )
            if route.words and route.words.strip() and not words_of(route.words):
                raise ValidationError(self.env._("%s: enter words, with commas between them.", route.name))

    @api.constrains("owner", "user_id", "company_id")
    def _check_user(self):
        for route in self.filtered(lambda route: route.owner == "user"):
            user = route.user_id
            # sudo: in which companies a colleague works
            if not user or user.share or route.company_id not in user.sudo().company_ids:
                raise ValidationError(
                    self.env._("%(rule)s: choose a colleague who works for %(company)s.",
                        rule=route.name, company=route.company_id.name)
                )  # fmt: skip

    def _kinds(self):
        self.ensure_one()
        return [kind for kind in KINDS if self[f"is_for_{kind}"]]

    # ---------------------------------------------------------------- reading

    @api.model
    @kept
    def _get_rules(self):
        """All rules in their order, as ``rules/case_routing.py`` knows them."""
        # sudo: rules hold for every case, whoever opens it.
        return tuple(
            Rule(
                id=route.id,
                company=route.company_id.id,
                department=route.department_id.id,
                kinds=frozenset(route._kinds()),
                owner=route.owner,
                user=route.user_id.id or None,
                categories=frozenset(route.categ_ids.ids),
                words=words_of(route.words),
                lang=route.lang or None,
                channel=route.channel or None,
                tier=route.tier_weight,
            )
            for route in self.sudo().with_context(active_test=True).search(Domain.TRUE)
        )

    # ---------------------------------------------------------------- actions

    def action_open_cases(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_case_action")
        return {**action, "domain": [("route_id", "=", self.id)], "context": {}}
