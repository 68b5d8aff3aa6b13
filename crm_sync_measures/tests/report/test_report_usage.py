from .report_common import ReportCase


class TestReportUsage(ReportCase):
    """How many use it, by role and week; nobody is named."""

    def rows(self, user=None, kind="month", day="2026-03-31"):
        self.env.invalidate_all()
        return {
            row.cells[0]: row.cells[1:]
            for row in self.listing(self.report("usage", user, day, kind), "active_roles").rows
        }

    def act(self, user, moment):
        touch = self.touch(user)
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_sync_touch SET create_date = %s WHERE id = %s", [moment, touch.id])

    def test_two_users_a_manager_and_nobody_else_were_active_in_the_second_week_of_march(self):
        before = self.rows()
        for user, moment in (
            (self.seller, "2026-03-10 09:00:00"),
            (self.seller, "2026-03-11 09:00:00"),
            (self.agent, "2026-03-12 09:00:00"),
            (self.manager, "2026-03-13 09:00:00"),
            (self.head, "2026-03-17 09:00:00"),
        ):
            self.act(user, moment)
        after = self.rows()
        second, third = (week for week in after if "2026-03-08" <= week <= "2026-03-16")
        gained = lambda week: tuple(now - then for now, then in zip(after[week], before[week], strict=True))  # noqa: E731
        self.assertEqual(gained(second), (3, 2, 0, 1, 0))
        self.assertEqual(gained(third), (1, 0, 1, 0, 0))

    def test_every_role_reads_it_and_finds_no_name(self):
        self.act(self.seller, "2026-03-10 09:00:00")
        for user in (self.agent, self.head, self.manager, self.auditor):
            told = self.listing(self.report("usage", user), "active_roles")
            self.assertFalse(told.is_masked)
            self.assertNotIn(self.seller.name, str(told.rows))

    def test_a_week_is_told_whole_and_once(self):
        weeks = list(self.rows(kind="quarter"))
        self.assertEqual(len(weeks), len(set(weeks)))
        self.assertIn(len(weeks), (12, 13))
        self.assertTrue(all("2026-01-01" <= week <= "2026-03-31" for week in weeks))
        self.assertEqual(len(self.rows(kind="week", day="2026-03-11")), 1)
