from functools import partial

from odoo import api, fields, models
from odoo.tools import SQL

from ...rules.care import Span, is_late

#: Occasions a transaction: mails, points and coupons.
_AT_ONCE = 200
#: So many times as many of what costs next to nothing.
_LIGHT = {"call_list": 25, "activity": 5}


class CrmSyncCareDispatch(models.AbstractModel):
    """Does what is due: asks whether there is still a reason, then the gate, then acts; or says why not.

    What is done is committed with the row that says so: killed anywhere, or run twice, nobody has anything twice.
    """

    _name = "crm.sync.care.dispatch"
    _description = "Dispatch of Care"

    @api.model
    def _cron_dispatch(self):
        now = fields.Datetime.now()
        self.env["crm.sync.job.runner"]._run_sets(
            "care_dispatch", partial(self._due, now), self._do_set, _AT_ONCE, self.env["crm.sync.care.occasion"].browse
        )

    @api.model
    def _due(self, now, after, limit):
        """Ids of the next occasions whose moment has come, as many as are done at once; those of a paused rule wait."""
        self.env["crm.sync.care.occasion"].flush_model()
        self.env["crm.sync.care.rule"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT o.id, r.action FROM crm_sync_care_occasion o JOIN crm_sync_care_rule r ON r.id = o.rule_id
                    WHERE o.state = 'planned' AND o.handed_at IS NULL AND o.id > %(after)s
                      AND COALESCE(o.put_off_until, o.due_at) <= %(now)s
                      AND (r.state = 'running' OR o.due_at + INTERVAL '15 days' < %(now)s)
                    ORDER BY o.id LIMIT %(limit)s""",
                now=now,
                after=after,
                limit=limit * max(_LIGHT.values()),
            )
        )
        ids, weight = [], 0.0
        for occasion_id, action in rows:
            weight += 1 / _LIGHT.get(action, 1)
            # What is many small parts is not a whole one.
            if weight > limit + 0.001:
                break
            ids.append(occasion_id)
        return ids

    @api.model
    def _do_set(self, ids):
        """One set of the work: (occasions done, occasions that another transaction holds)."""
        occasions = self.env["crm.sync.care.occasion"]._lock(ids)
        now = fields.Datetime.now()
        for rule, own in occasions.grouped("rule_id").items():
            self._do_rule(rule, own, now)
        return len(occasions), len(ids) - len(occasions)

    def _do_rule(self, rule, occasions, now):
        occasions.filtered(lambda one: one.action != rule.action)._record({"action": rule.action})
        late = occasions.filtered(lambda one: is_late(one.due_at, rule.late_days, now))
        late._move("late", now, "too_late")
        if rule.state != "running":
            return
        left = self._still_true(rule, occasions - late, now)
        if rule._mails():
            left = self._awake(rule, left, now)
        self._act(rule, self._passed(rule, left, now), now)

    def _still_true(self, rule, occasions, now):
        """Those that there is still a reason for: since the plan somebody may have bought, moved, died or kept his tier."""
        if not occasions:
            return occasions
        Selection = self.env["crm.sync.care.selection"]
        due = occasions.mapped("due_on")
        span = Span(min(due), max(due))
        still = Selection._still(rule, span, occasions.partner_id.ids)
        # The rule may say other days than when it was planned.
        holds = occasions.filtered(lambda one: (one.partner_id.id, one.day) in still)
        (occasions - holds)._cancel_gone(now)
        self.env.flush_all()
        again = Selection._again(rule, span, holds)
        again._move("cancelled", now, "merged")
        return holds - again

    def _awake(self, rule, occasions, now):
        """Those who may be written to at this hour; the others wait, and it may become too late for them."""
        asleep = self.env["crm.sync.care.gate"]._asleep(rule, occasions.partner_id.ids, now)
        waiting = occasions.filtered(lambda one: one.partner_id.id in asleep)
        for moment, own in waiting.grouped(lambda one: asleep[one.partner_id.id]).items():
            own._record_all({"put_off_until": moment})
        return occasions - waiting

    def _passed(self, rule, occasions, now):
        """Those whom the gate lets pass and who are not held out; one of each contact."""
        passed = occasions.browse()
        while occasions:
            # A contact who has two occasions of one rule in one set, two purchases, is asked about one after the other.
            first = occasions.browse(own[:1].id for own in occasions.grouped("partner_id").values())
            passed |= self._sifted(rule, first, now)
            occasions -= first
        return passed

    def _sifted(self, rule, occasions, now):
        days = {one.partner_id.id: one.day for one in occasions}
        reasons = self.env["crm.sync.care.gate"]._sift(rule, list(days), days)
        self._mark(occasions.filtered(lambda one: reasons[one.partner_id.id] in (None, "control")), reasons, now)
        for reason, own in occasions.grouped(lambda one: reasons[one.partner_id.id]).items():
            if reason:
                own._move("control" if reason == "control" else "held", now, reason)
        return occasions.filtered(lambda one: not reasons[one.partner_id.id])

    def _mark(self, occasions, reasons, now):
        """The address of each as it is now; it has had its mail, also where somebody is held out.

        And first of all that it is handed: of two at once the second fails here, and then finds nothing to do.
        """
        occasions.flush_recordset()
        self.env.cr.execute(
            SQL(
                """UPDATE crm_sync_care_occasion o
                      SET email = p.email_normalized, handed_at = CASE WHEN p.id = ANY(%(free)s) THEN %(now)s::timestamp END
                     FROM res_partner p WHERE p.id = o.partner_id AND o.id = ANY(%(ids)s)""",
                free=[partner_id for partner_id, reason in reasons.items() if not reason],
                now=now,
                ids=occasions.ids,
            )
        )
        occasions.invalidate_recordset(["email", "handed_at"], flush=False)

    # ---------------------------------------------------------------- acting

    def _act(self, rule, occasions, now):
        if not occasions:
            return
        getattr(occasions.with_company(rule.company_id), f"_do_{rule.action}")(rule, now)
