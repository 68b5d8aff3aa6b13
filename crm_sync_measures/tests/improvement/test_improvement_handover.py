from ..activity.handover_common import HandoverCase


class TestImprovementHandover(HandoverCase):
    """Who leaves takes neither his improvement actions along nor the signals that he alone is told of."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kpi = cls.env.ref("crm_sync_measures.kpi_win_rate")
        cls.kpi.owner_id = cls.seller
        cls.action = cls.env["crm.sync.improvement"].create(
            {"name": "Call back within a day", "owner_id": cls.seller.id, "due_on": "2026-12-01"}
        )

    def test_what_he_improves_and_watches_is_listed_with_its_day_and_given_away(self):
        handover = self.handover()
        line = self.line(handover, self.action)
        self.assertEqual((line.kind, str(line.due_on), line.partner_id.id), ("improvement", "2026-12-01", False))
        self.assertEqual(self.line(handover, self.kpi).kind, "kpi")
        handover.line_ids.write({"user_id": self.successor.id})
        handover.action_execute()
        self.assertEqual((self.action.owner_id, self.kpi.owner_id), (self.successor, self.successor))
        self.assertIn(self.successor.partner_id, self.action.message_partner_ids)

    def test_an_undo_gives_both_back(self):
        handover = self.executed()
        handover.action_undo()
        self.assertEqual((self.action.owner_id, self.kpi.owner_id), (self.seller, self.seller))

    def test_what_is_over_stays_his(self):
        self.action._close("abandon", "Nobody has time for it", None)
        self.assertFalse(self.line(self.handover(), self.action))
