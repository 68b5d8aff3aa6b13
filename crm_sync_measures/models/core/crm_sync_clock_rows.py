from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL


class CrmSyncClockRows(models.AbstractModel):
    """Clocks that the addon computes: nobody writes them by hand, and each knows the activities that tell about it.

    A model that inherits this has ``activity_ids`` and says in :meth:`_by_whom_written` by what it is moved.
    """

    _name = "crm.sync.clock.rows"
    _description = "Clock"

    @api.model_create_multi
    def create(self, vals_list):
        self._check_computed()
        return super().create(vals_list)

    def write(self, vals):
        self._check_computed()
        return super().write(vals)

    def unlink(self):
        self._check_computed()
        return super().unlink()

    def _check_computed(self):
        if not self.env.su:
            raise AccessError(self._by_whom_written())

    def _by_whom_written(self):
        """The sentence that refuses a change by hand."""
        raise NotImplementedError

    def _raise_alarms(self, alarms):
        """Make the activities of ``alarms``, pairs of the id of a clock and the values of its activity."""
        # Told in the client, not by one mail each.
        Activity = self.env["mail.activity"].with_context(mail_activity_quick_update=True)
        activities = Activity.create([values for _clock_id, values in alarms])
        # Which activity is about which clock, in one statement for all of them.
        field = self._fields["activity_ids"]
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (%s, %s) SELECT * FROM unnest(%s::int[], %s::int[])",
                SQL.identifier(field.relation),
                SQL.identifier(field.column1),
                SQL.identifier(field.column2),
                [clock_id for clock_id, _values in alarms],
                activities.ids,
            )
        )
        self.invalidate_model(["activity_ids"])
