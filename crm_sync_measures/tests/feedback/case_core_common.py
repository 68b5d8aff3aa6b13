from freezegun import freeze_time

from ..common import SyncCase


class CaseCase(SyncCase):
    """Service has an agent and a head; Li Na of Northern Optics writes to them on Monday 2 March 2026, 9:00 UTC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-03-02 09:00:00"))
        cls.Stage = cls.env["crm.sync.case.stage"]
        cls.defect = cls.env.ref("crm_sync_measures.case_cause_product_defect")

    @classmethod
    def case(cls, user=None, **values):
        """A complaint that the service agent takes down."""
        values = {
            "name": "The lens is scratched",
            "partner_id": cls.contact.id,
            "department_id": cls.service.id,
            **values,
        }
        return cls.env["crm.sync.case"].with_user(user or cls.agent).create(values)

    @classmethod
    def stage(cls, name):
        return cls.env.ref(f"crm_sync_measures.case_stage_{name}")

    def history(self, case):
        """What happened to it, oldest first."""
        return case.sudo().event_ids.sorted("id").mapped("kind")

    def closed(self, user=None, **values):
        case = self.case(user, cause_id=self.defect.id, **values)
        case.action_move(self.stage("investigating"))
        case.action_close("upheld", "You get a new lens.")
        return case

    def told(self, case):
        """What reached the customer, oldest first."""
        messages = case.sudo().message_ids.filtered(lambda message: message.partner_ids & case.sudo().partner_id)
        return [message.body.striptags() for message in messages.sorted("id")]
