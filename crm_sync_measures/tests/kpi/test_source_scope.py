from odoo.exceptions import UserError, ValidationError

from .own_common import OwnKpiCase


class TestSourceScope(OwnKpiCase):
    """Sales KPIs are told by marketing source: by its number, whatever it is called, in every place that takes a scope."""

    def setUp(self):
        super().setUp()
        self.rate = self.env.ref("crm_sync_measures.kpi_win_rate")
        self.rate.backfill_months = 2
        self.source, self.fair = self.env["utm.source"].create([{"name": "Search Engine (t)"}, {"name": "广交会 t"}])
        self.key = f"source:{self.source.id}"

    def decided(self, day, won, lost=0, source=None):
        """So many opportunities were won and lost on a day."""
        for number in range(won + lost):
            lead = self.env["crm.lead"].create(
                {
                    "name": "New shop",
                    "type": "opportunity",
                    "user_id": self.seller.id,
                    "source_id": (source or self.source).id,
                }
            )
            if number < won:
                lead.action_set_won()
            else:
                lead.action_set_lost()
            lead.date_closed = f"{day} 08:00:00"

    def told(self, kpi=None, key=None):
        """[(month, value, what the source was called)], as another system reads it."""
        series = (kpi or self.rate).with_user(self.seller).kpi_series(key or self.key)
        return [(point["label"], point["value"], point["scope_name"]) for point in series]

    def test_a_name_with_blanks_capitals_and_chinese_is_read_by_the_number_of_the_source(self):
        self.decided("2026-03-03", won=1, lost=3)
        self.decided("2026-03-04", won=2, lost=2, source=self.fair)
        self.measure(self.rate)
        self.assertEqual(self.told(), [("2026-03", 25, "Search Engine (t)")])
        self.assertEqual(self.told(key=f"source:{self.fair.id}"), [("2026-03", 50, "广交会 t")])
        self.assertFalse(self.Value.search([("kpi_id", "=", self.rate.id), ("scope_kind", "=", "channel")]))

    def test_a_renamed_source_keeps_its_series_its_past_name_and_its_evidence(self):
        self.decided("2026-02-03", won=1, lost=1)
        self.measure(self.rate)
        self.source.name = "Web search (t)"
        self.decided("2026-03-03", won=3, lost=1)
        self.measure(self.rate)
        self.assertEqual(self.told(), [("2026-02", 50, "Search Engine (t)"), ("2026-03", 75, "Web search (t)")])
        scopes = [scope for scope in self.rate.chart_data()["scopes"] if scope["key"] == self.key]
        self.assertEqual([scope["name"] for scope in scopes], ["Web search (t)"])
        february = self.values(self.rate, self.key, state="closed")
        self.assertEqual(february._reproduce(), (1, 2, 2, 50))
        self.assertEqual({model: len(ids) for model, ids in february._documents().items()}, {"crm.lead": 2})

    def test_a_source_without_wins_has_none_next_month_and_one_that_is_deleted_has_no_figure(self):
        won = self.env.ref("crm_sync_measures.kpi_won_leads")
        won.backfill_months = 2
        self.decided("2026-02-03", won=2)
        self.decided("2026-02-03", won=1, source=self.fair)
        self.measure(won)
        self.assertEqual([value for _month, value, _name in self.told(won)], [2, 0])
        key = f"source:{self.fair.id}"
        self.fair.unlink()
        self.measure(won)
        self.assertEqual(self.told(won, key), [("2026-02", 1, "广交会 t")])

    def test_a_target_for_a_source_holds_for_its_figure_and_for_no_other(self):
        self.decided("2026-03-03", won=1, lost=3)
        self.decided("2026-03-04", won=2, lost=2, source=self.fair)
        target = self.target(self.rate, 50, scope_kind="source", source_id=self.source.id)
        self.assertEqual((target.scope_key, target.scope_name), (self.key, "Search Engine (t)"))
        self.measure(self.rate)
        value, other = (self.values(self.rate, key) for key in (self.key, f"source:{self.fair.id}"))
        self.assertEqual((value.has_target, value.target, value.attainment), (True, 50, 50))
        self.assertFalse(other.has_target)
        self.source.name = "Web search (t)"
        self.assertEqual(self.rate.target_at(self.company, self.key, "2026-03-01"), target)
        by_key = self.target(self.rate, 40, scope_key=f"source:{self.fair.id}")
        self.assertEqual(by_key.source_id, self.fair)

    def test_a_sales_kpi_is_measured_by_no_channel_and_says_so(self):
        with self.assertRaisesRegex(ValidationError, "is not measured for “Channel”"):
            self.target(self.rate, 50, scope_key="channel:web")
        with self.assertRaisesRegex(ValidationError, "channel: choose one of call, .*web"):
            self.target(self.rate, 50, scope_key="channel:pigeon")

    def test_the_same_keys_are_refused_everywhere_with_a_sentence(self):
        rate, Improvement = self.rate.with_user(self.manager), self.env["crm.sync.improvement"].with_user(self.manager)
        Report = self.env["crm.sync.report"].with_user(self.manager)
        readers = {
            "series": rate.kpi_series,
            "chart": rate.chart_data,
            "target": lambda key: self.target(self.rate, 50, scope_key=key),
            "target of a day": lambda key: rate.target_at(self.company, key, "2026-03-01"),
            "improvement": lambda key: Improvement.create({"name": "Win more", "kpi_id": rate.id, "scope_key": key}),
            "report": lambda key: Report._compose("sales", "month", self.env.cr.now().date(), self.company, key),
        }
        for key in (
            "channel:Search engine",
            "channel:网站",
            "source",
            "source:",
            "source:0",
            "source:x",
            "team:1 OR 1=1",
        ):
            for reader, read in readers.items():
                with self.subTest(reader, key=key), self.assertRaisesRegex(UserError, "is no scope"):
                    read(key)

    def test_an_own_kpi_is_not_measured_by_sources(self):
        with self.assertRaisesRegex(ValidationError, "For Marketing Sources"):
            self.kpi(scope_source=True)
