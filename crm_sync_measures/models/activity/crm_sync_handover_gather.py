from dataclasses import dataclass

from odoo import models
from odoo.fields import Domain


@dataclass(frozen=True)
class Matter:
    """One record that somebody holds."""

    kind: str
    model: str
    res_id: int
    partner_id: int | bool
    due_on: object
    company_id: int | bool


class CrmSyncHandoverGather(models.Model):
    """Collects what a colleague holds. All of it: who leads a handover need not be allowed to read every record."""

    _inherit = "crm.sync.handover"

    def action_gather(self):
        """Collect everything anew: what came up is added, what he does not hold any more is taken off the list.

        Choices that were made stay.
        """
        self._check_lead()
        self._check_state("draft", "pending")
        for handover in self.sudo():  # sudo: rights were checked; see the class
            handover._refresh_lines(handover._matters(handover.user_id))
            handover.state = "pending"
        return True

    def _matters(self, holder, codes=None):
        """``[Matter]`` of the holder in all companies, in a constant number of queries."""
        matters = []
        # sudo: see the class.
        env = self.sudo().with_context(active_test=True, tracking_disable=True).env
        for code, source in self._sources(holder).items():
            if codes and code not in codes:
                continue
            records = env[source.model].search(source.domain, order="id")
            facts = source.facts(records) if source.facts else self._plain_facts(source, records)
            matters += [Matter(code, source.model, record_id, *facts[record_id]) for record_id in records.ids]
        return matters

    def _plain_facts(self, source, records):
        names = [name for name in (source.customer, source.due, source.company) if name and name != "id"]
        records.fetch(names)
        return {
            record.id: (
                # A contact is his own customer.
                record.id if source.customer == "id" else source.customer and record[source.customer].id,
                record[source.due] if source.due else False,
                record[source.company].id if source.company else False,
            )
            for record in records
        }

    def _refresh_lines(self, matters):
        """Bring the open lines in step with what is held in this handover's company."""
        self.ensure_one()
        home = self.user_id.company_id.id
        mine = [matter for matter in matters if (matter.company_id or home) == self.company_id.id]
        open_lines = self.line_ids.filtered(lambda line: line.state == "pending")
        held = {(matter.kind, matter.res_id) for matter in mine}
        detained = self._still_detained(open_lines)
        (open_lines - detained).filtered(lambda line: (line.kind, line.res_id) not in held).unlink()
        known = {(line.kind, line.res_id) for line in self.line_ids.filtered(lambda line: line.state == "pending")}
        lines = self._create_lines([matter for matter in mine if (matter.kind, matter.res_id) not in known])
        self._suggest(lines)
        return lines

    def _create_lines(self, matters):
        return self.env["crm.sync.handover.line"].create(
            [
                {
                    "handover_id": self.id,
                    "kind": matter.kind,
                    "res_model": matter.model,
                    "res_id": matter.res_id,
                    "partner_id": matter.partner_id,
                    "due_on": matter.due_on,
                }
                for matter in matters
            ]
        )

    # ---------------------------------------------------------------- what is still there

    def _still_held(self, source, lines):
        """Those of the lines whose record the holder still has, detained activities included."""
        ids = set(self.env[source.model].search(source.domain & Domain("id", "in", lines.mapped("res_id"))).ids)
        plain = lines.filtered(lambda line: not line.is_detained and line.res_id in ids)
        return plain | self._still_detained(lines)

    def _still_detained(self, lines):
        """Activities that wait for somebody, as the archiving of their user has left them."""
        detained = lines.filtered("is_detained")
        activities = self.env["mail.activity"].browse(detained.mapped("res_id")).exists().filtered("active")
        owners = {activity.id: activity.user_id for activity in activities}
        return detained.filtered(lambda line: line.res_id in owners and owners[line.res_id] == line.keeper_id)
