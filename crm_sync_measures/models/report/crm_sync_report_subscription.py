from odoo import api, fields, models
from odoo.addons.base.models.res_partner import _lang_get
from odoo.exceptions import UserError, ValidationError

from ...rules.report_plan import next_due


class CrmSyncReportSubscription(models.Model):
    """Who gets which report by mail, how often and in which language.

    It is made with the rights that its receiver has when it is sent, whoever has subscribed him. People subscribe
    themselves, managers others as well. Who is archived gets none until he is back.
    """

    _name = "crm.sync.report.subscription"
    _inherit = ["crm.sync.report.choice"]
    _description = "Report Subscription"
    _order = "user_id, report, id"

    user_id = fields.Many2one(
        "res.users",
        "Receiver",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('share', '=', False)]",
        default=lambda self: self.env.user,
    )
    lang = fields.Selection(_lang_get, "Language", required=True, default=lambda self: self.env.user.lang or "en_US")
    delay_days = fields.Integer(
        "Days After the End",
        default=4,
        aggregator=None,
        help="So many days after the end of the period it is sent. Most figures are final after three days.",
    )
    hour = fields.Integer("Hour of the Day", default=8, aggregator=None, help="0 to 23, in the receiver's time zone.")
    active = fields.Boolean(default=True)
    next_at = fields.Datetime("Next Mail On", compute="_compute_next_at", store=True, readonly=True)
    last_sent_at = fields.Datetime("Last Mailed On", compute="_compute_last_sent_at")
    is_paused = fields.Boolean(
        "Paused", compute="_compute_is_paused", help="The receiver is archived: he gets no mail until he is back."
    )
    delivery_ids = fields.One2many("crm.sync.report.delivery", "subscription_id", "Mails", readonly=True)

    _choice_uniq = models.UniqueIndex(
        "(user_id, report, period_kind, company_id, scope_key, known) WHERE active IS TRUE",
        "There is such a subscription already.",
    )
    _hour_range = models.Constraint("CHECK(hour BETWEEN 0 AND 23)", "Hour of the day: enter 0 to 23.")
    _delay_range = models.Constraint("CHECK(delay_days BETWEEN 0 AND 27)", "Days after the end: enter 0 to 27.")
    _due_idx = models.Index("(next_at) WHERE active IS TRUE")

    # ---------------------------------------------------------------- compute

    @api.depends("report", "period_kind", "user_id")
    def _compute_display_name(self):
        for one in self:
            kind = dict(one._fields["period_kind"]._description_selection(self.env)).get(one.period_kind, "")
            one.display_name = f"{one._title()} ({kind})" if one.report else ""

    @api.depends("period_kind", "delay_days", "hour", "user_id", "company_id", "active")
    def _compute_next_at(self):
        now = fields.Datetime.now()
        for one in self:
            one.next_at = one._next_at(now) if one._is_sound() else False

    def _is_sound(self):
        """Whether there is what a moment can be computed from; the database refuses the rest with a sentence."""
        return bool(self.user_id and self.company_id and 0 <= self.hour <= 23 and 0 <= self.delay_days <= 27)

    def _next_at(self, now):
        return next_due(now, *self._rhythm())

    def _rhythm(self):
        """(kind of period, days after its end, hour, time zone, weekday on which weeks start)."""
        _tz, week_start = self.env["crm.sync.report"]._clock(self.company_id)
        # sudo: the receiver's time zone
        return self.period_kind, self.delay_days, self.hour, self.user_id.sudo().tz or "UTC", week_start

    @api.depends("delivery_ids.sent_at")
    def _compute_last_sent_at(self):
        last = dict(
            self.env["crm.sync.report.delivery"]._read_group(
                [("subscription_id", "in", self.ids), ("state", "=", "sent")], ["subscription_id"], ["sent_at:max"]
            )
        )
        for one in self:
            one.last_sent_at = last.get(one._origin)

    @api.depends("user_id.active")
    def _compute_is_paused(self):
        for one in self:
            # sudo: whether a colleague is archived
            one.is_paused = not one.user_id.sudo().active

    # ---------------------------------------------------------------- what may be chosen

    @api.constrains("user_id", "company_id")
    def _check_receiver(self):
        for one in self:
            receiver = one.user_id
            if not receiver._is_internal():
                raise ValidationError(self.env._("%s is no colleague: reports are for colleagues.", receiver.name))
            if one.company_id not in receiver.company_ids:
                raise ValidationError(
                    self.env._(
                        "%(receiver)s does not work for %(company)s.",
                        receiver=receiver.name,
                        company=one.company_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_schedule(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._refuse_schedule(vals)
        if any(one[name].id != vals[name] for name in ("user_id", "company_id") if name in vals for one in self):
            self._keep_mails()
        result = super().write(vals)
        # Odoo looks before the change only: nobody gives his subscription to somebody else.
        self.check_access("write")
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_unmailed(self):
        """What was mailed is not forgotten with the subscription: it is archived."""
        self._keep_mails()

    def _keep_mails(self):
        """Refuse what would tell otherwise, or no more, to whom was mailed."""
        # sudo: whether there are any, whoever may read them
        if mails := self.sudo().delivery_ids:
            mails._refuse_change()

    def _refuse_schedule(self, vals):
        if vals.keys() & {"next_at", "scope_key"}:
            raise UserError(self.env._("When the next mail is due follows from the period, the days and the hour."))

    def _record_next(self, moment):
        """Write when the next mail is due: for the job alone."""
        return super().write({"next_at": moment})  # pylint: disable=super-method-mismatch

    # ---------------------------------------------------------------- actions

    def action_open_report(self):
        """The report of the last period on screen."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_report_page_action")
        action["context"] = self._choice_defaults()
        return action
