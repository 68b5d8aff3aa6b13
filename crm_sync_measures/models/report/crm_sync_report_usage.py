from datetime import timedelta

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ...rules.kpi_period import local_midnight_utc
from ...rules.report_matrix import Column, ListRow, span_after, span_at
from .report_section import report_listing


class CrmSyncReport(models.AbstractModel):
    """What the usage report lists beside its KPIs: contacts that the reader may know of. Nobody is ranked by name."""

    _inherit = "crm.sync.report"

    def _listing_titles(self):
        return super()._listing_titles() | {
            "contacts_department": self.env._("Contacts by department"),
            "contacts_channel": self.env._("Contacts by channel"),
            "active_roles": self.env._("Active users by role and week"),
        }

    def _contacts(self, about):
        domain = about.within("date", person="user_id", department="department_id", channel="channel")
        return None if domain is None else domain & Domain("company_id", "in", [False, about.company.id])

    @report_listing("usage", 10, "contacts_department")
    def _listing_contacts_department(self, about):
        domain = self._contacts(about)
        if domain is None:
            return None
        groups = self.env["crm.sync.contact.report"]._read_group(
            domain, ["department_id"], ["__count", "commercial_partner_id:count_distinct"], order="__count desc"
        )
        return self._listing(
            "contacts_department",
            (
                Column(self.env._("Department")),
                Column(self.env._("Contacts Made"), "number"),
                Column(self.env._("Different Customers"), "number"),
            ),
            (
                # sudo: the name of a department whose contacts he may know of
                ListRow((department.sudo().name or self.env._("No department"), count, customers))
                for department, count, customers in groups
            ),
            empty=self.env._("No contact was made in this period."),
            is_chart=True,
        )

    @report_listing("usage", 20, "contacts_channel")
    def _listing_contacts_channel(self, about):
        domain = self._contacts(about)
        if domain is None:
            return None
        Contact = self.env["crm.sync.contact.report"]
        labels = dict(Contact._fields["channel"]._description_selection(self.env))
        groups = Contact._read_group(domain, ["channel"], ["__count"], order="__count desc")
        return self._listing(
            "contacts_channel",
            (Column(self.env._("Channel")), Column(self.env._("Contacts Made"), "number")),
            (ListRow((labels.get(channel, channel or ""), count)) for channel, count in groups),
            empty=self.env._("No contact was made in this period."),
        )

    @report_listing("usage", 30, "active_roles")
    def _listing_active_roles(self, about):
        """Of each week that begins in the period: how many users of each role did something, as *Active Users* counts it."""
        if about.scope_key != "company":
            return None
        weeks = self._weeks(about)
        roles = self._role_users()
        active = self._active_by_week(about, weeks)
        labels = dict(zip(roles, self._role_words(), strict=True))
        return self._listing(
            "active_roles",
            (
                Column(self.env._("Week From")),
                Column(self.env._("All Roles"), "number"),
                *(Column(labels[role], "number") for role in roles),
            ),
            (
                ListRow(
                    (
                        str(week),
                        len(users & set().union(*roles.values())),
                        *(len(users & own) for own in roles.values()),
                    )
                )
                for week, users in active.items()
            ),
            note=self.env._("Weeks that begin in the period, each told whole; roles are those of now."),
            empty=self.env._("No week begins in this period."),
            is_chart=True,
        )

    def _weeks(self, about):
        """First days of the weeks that begin in the period, by the company's calendar."""
        _tz, week_start = self._clock(about.company)
        week = span_at(about.span.first, "week", week_start)
        if week.first < about.span.first:
            week = span_after(week)
        weeks = []
        while week.first <= about.span.last:
            weeks.append(week.first)
            week = span_after(week)
        return weeks

    def _role_words(self):
        return self.env._("User"), self.env._("Department Manager"), self.env._("Manager"), self.env._("Auditor")

    def _role_users(self):
        """``{role: ids of its users}``; each user stands under his highest role only."""
        found, known = {}, set()
        for role in ("manager", "department_manager", "user", "auditor"):
            # sudo: who has which role, of which numbers alone are told
            users = set(self.env.ref(f"crm_sync_measures.group_{role}").sudo().all_user_ids.ids)
            found[role] = users - known
            known |= users
        return {role: found[role] for role in ("user", "department_manager", "manager", "auditor")}

    def _active_by_week(self, about, weeks):
        """``{first day of the week: ids of users with an action in it}``: counted and never listed; one query."""
        active = {week: set() for week in weeks}
        if not weeks:
            return active
        since = local_midnight_utc(weeks[0], about.tz)
        until = local_midnight_utc(weeks[-1] + timedelta(days=7), about.tz)
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT a.user_id, (a.at AT TIME ZONE 'UTC' AT TIME ZONE %s)::date
                     FROM (%s) a WHERE a.company_id = %s""",
                about.tz,
                self.env["crm.sync.kpi.library"]._actions(since, until),
                about.company.id,
            )
        )
        for user, day in rows:
            active[weeks[(day - weeks[0]).days // 7]].add(user)
        return active
