from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, plaintext2html

_ACTIVITY = "crm_sync_measures.activity_type_case_queue"
#: What a rule looks at.
_FACTS = (
    "name", "description", "kind", "channel", "lang", "severity", "impact", "is_safety", "tier_weight",
    "partner_id", "product_id", "department_id", "user_id", "company_id",
)  # fmt: skip


class CrmSyncCaseRouting(models.Model):
    """A case finds its department and its owner by the rules, and says why it came to him."""

    _inherit = "crm.sync.case"

    route_id = fields.Many2one(
        "crm.sync.case.route",
        "By Rule",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The routing rule by which the case came to its department and owner.",
    )
    route_turn = fields.Integer(
        readonly=True,
        copy=False,
        aggregator=None,
        export_string_translation=False,
        help="Who was given a case by open work longest ago comes first among equals.",
    )

    _work_idx = models.Index("(user_id, priority) WHERE is_open AND active AND user_id IS NOT NULL")
    _turn_idx = models.Index("(route_turn) WHERE route_turn IS NOT NULL")
    _user_turn_idx = models.Index("(user_id, route_turn) WHERE route_turn > 0")

    def init(self):
        """Turns are drawn without waiting for each other; they go with the column."""
        result = super().init()
        self.env.cr.execute(
            SQL("CREATE SEQUENCE IF NOT EXISTS crm_sync_case_route_turn OWNED BY crm_sync_case.route_turn")
        )
        return result

    # ---------------------------------------------------------------- when it is opened

    @api.model
    def _routed(self, vals_list):
        """Fill in department and owner of cases that are about to be created; returns why, in their order."""
        # sudo: what is settled or found is checked with the case; see _route_set
        routings = (
            self.env["crm.sync.case.route"]
            .sudo()
            ._route_set(
                [{name: vals[name] for name in _FACTS if name in vals and name != "tier_weight"} for vals in vals_list]
            )
        )
        for vals, routing in zip(vals_list, routings, strict=True):
            vals.update(self._routing_values(routing))
        return routings

    @api.model
    def _routing_values(self, routing):
        values = {"route_id": routing.rule.id if routing.rule else False, "route_turn": routing.turn}
        if routing.department:
            values["department_id"] = routing.department
        if routing.user:
            values["user_id"] = routing.user
        return values

    def _note_routings(self, routings):
        """Say in the history why each came where it is, and tell who leads where there is nobody."""
        told = {
            case: words
            for case, routing in zip(self, routings, strict=True)
            if (words := case._words_of_routing(routing))
        }
        self.browse(case.id for case in told)._log(
            "routed", lambda case: {"note": told[case], "new_user_id": case.user_id.id}
        )
        stranded = [case.id for case, routing in zip(self, routings, strict=True) if routing.is_stranded]
        self.browse(stranded)._tell_stranded(told)

    def _words_of_routing(self, routing):
        """Why it came here, in the language of who reads it first."""
        # sudo: names of a rule, a department and colleagues, and in which language they read
        case = self.sudo()
        reader = case.user_id or case.department_id.manager_id
        env = case.with_context(lang=reader.lang or self.env.lang).env
        return env["crm.sync.case.route"]._sentence(routing)

    def _tell_stranded(self, told):
        """One activity for who leads the department, in whose queue the case waits."""
        people, kind = {}, self.env.ref(_ACTIVITY)
        for case in self:
            for user in case._in_charge():
                people.setdefault(user, self.browse())
                people[user] |= case
        model = self.env["ir.model"]._get_id(self._name)
        values = []
        for user, cases in people.items():
            texts = self.with_context(lang=user.lang, tz=user.tz)
            today = fields.Date.context_today(texts)
            values += [
                {
                    "activity_type_id": kind.id,
                    "res_model_id": model,
                    "res_id": case.id,
                    "user_id": user.id,
                    "summary": texts.env._("No owner: %s", case.display_name)[:200],
                    "note": plaintext2html(told[case]),
                    "date_deadline": today,
                    "automated": True,
                }
                for case in cases
            ]
        # sudo: for who leads, whoever has opened the case. Told in the client, not by one mail each.
        self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True).create(values)

    # ---------------------------------------------------------------- later

    def action_route(self):
        """Look at the rules again, for cases that have no owner yet. The department stays where a rule of it fits.

        :raise UserError: saying why, where no owner was found for any of them
        """
        self._check_begin()
        self._check_open()
        for case in self:
            if case.user_id:
                raise UserError(self.env._("%s has an owner already. Enter somebody else there.", case.number))
        routings = self._reroutings()
        for case, routing in zip(self, routings, strict=True):
            if routing.user:
                values = self._routing_values(routing)
                user = self.env["res.users"].browse(values.pop("user_id"))
                case._record(values)
                case._assign(user)
                case._log("routed", note=case._words_of_routing(routing), new_user_id=user.id)
        if self and not any(routing.user for routing in routings):
            # sudo: as in _words_of_routing
            words = self.env["crm.sync.case.route"].sudo()._sentence(routings[0])
            raise UserError(words or self.env._("No rule fits that gives it to somebody. Enter the owner yourself."))
        return True

    def _reroutings(self):
        # sudo: see _route_set
        Route = self.env["crm.sync.case.route"].sudo()
        # sudo: facts of cases that the caller may change
        facts = [
            {name: case[name].id if isinstance(case[name], models.BaseModel) else case[name] for name in _FACTS}
            for case in self.sudo()
        ]
        routings = Route._route_set(facts)
        free = [place for place, routing in enumerate(routings) if not routing.rule]
        anew = Route._route_set([{**facts[place], "department_id": False} for place in free]) if free else []
        for place, routing in zip(free, anew, strict=True):
            routings[place] = routing
        return routings

    def _assign(self, user, at=None):
        result = super()._assign(user, at)
        if user:
            # sudo: somebody sees to it, so nobody has to be told any more
            self.sudo().activity_unlink([_ACTIVITY])
        return result

    def _close_activities(self):
        # sudo: as there
        self.sudo().activity_unlink([_ACTIVITY])
        return super()._close_activities()
