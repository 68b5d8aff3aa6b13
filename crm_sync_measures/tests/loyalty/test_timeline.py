from .common import LoyaltyCase


class TestLoyaltyTimeline(LoyaltyCase):
    def test_the_timeline_tells_what_moved_points_and_by_how_much(self):
        order = self.confirmed(2, partner=self.contact)
        card = self.card_of(self.contact)
        card.points -= 30.5
        events = [event for event in self.events() if event["kind"] == "points"]
        self.assertEqual([event["state_label"] for event in events], ["Adjustment −30.5", "Earned +200"])
        self.assertEqual({(event["title"], event["model"], event["res_id"]) for event in events},
                         {("Northern Points", "loyalty.card", card.id)})  # fmt: skip
        self.assertEqual(events[1]["preview"], order.name)

    def test_repaid_arrears_are_no_event_of_their_own(self):
        card = self.new_card()
        card.points -= 10
        card.points += 25
        events = [event["state_label"] for event in self.events() if event["kind"] == "points"]
        self.assertEqual(sorted(events), ["Adjustment +25", "Adjustment −10"])

    def test_who_may_not_read_the_card_sees_that_something_happened(self):
        self.new_card(10)
        [event] = [event for event in self.events(self.agent) if event["masked"]]
        self.assertNotIn("title", event)
