from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...rules.overview import TREND, Figure, own_subjects, scopes_of, shown, subject_order

#: The period in progress, and one that awaits its closing, besides those that are drawn.
_FIGURES = TREND + 2
#: Thirteen quarters and those two; nothing older is looked at.
_DAYS = (_FIGURES + 1) * 92
_DEPARTMENTS = ("sales", "marketing", "service", "finance", "logistics", "store")


class CrmSyncOverview(models.AbstractModel):
    """The first page of the app: the KPIs of the reader's role and department, what has changed, and what is to be done.

    A colleague sees his own figures, else his department's, else the company's; who manages a department sees the
    department's; managers and auditors see the company's. Everything is read with the reader's rights and told in his
    language, in a constant number of queries. Nothing is written but what somebody pins.
    """

    _name = "crm.sync.overview"
    _description = "Overview"

    @api.model
    @api.readonly
    def overview_data(self):
        """The page of the reader, for the company he works in.

        :return: dict with ``company``, ``can_measure``, ``measured_at`` (UTC, False before the first time), ``sections`` (each
            ``code``, ``label`` and ``tiles``, see ``_tile``), ``signals`` and ``actions`` (``count``, ``is_more`` and
            ``rows``), and ``unowned`` (a sentence for managers where KPIs have no owner, else False)
        :raise AccessError: for who has no role of this addon
        """
        self._check_reader()
        is_overseer = self._is_overseer()
        kpis = self.env["crm.sync.kpi"].search([("company_id", "in", [False, self.env.company.id])])
        pinned = self.env["crm.sync.overview.pin"].search([("user_id", "=", self.env.uid)]).kpi_id & kpis
        chosen = self._chosen(kpis, pinned, is_overseer)
        signals = self._signals()
        tiles = self._tiles(chosen, pinned, signals)
        is_mine = {(tile["kpi_id"], tile["scope"]["key"]) for tile in tiles.values()}
        if not is_overseer:
            signals = signals.filtered(
                lambda signal: signal.owner_id == self.env.user or (signal.kpi_id.id, signal.scope_key) in is_mine
            )
        return {
            "company": {"id": self.env.company.id, "name": self.env.company.name},
            "can_measure": self._can_measure(),
            "measured_at": max((tile["measured_at"] for tile in tiles.values() if tile["measured_at"]), default=False),
            "sections": self._sections(tiles, pinned),
            "unowned": self._can_measure() and self._words_unowned(kpis),
            "signals": self._signal_list(signals),
            "actions": self._action_list(is_overseer),
        }

    @api.model
    def set_pin(self, kpi_id, is_pinned):
        """Put a KPI first on the reader's own overview, or no longer; twice is once."""
        self._check_reader()
        if isinstance(kpi_id, bool) or not isinstance(kpi_id, int) or not isinstance(is_pinned, bool):
            raise UserError(self.env._("Name the KPI by its number, and say whether it is pinned."))
        kpi = self.env["crm.sync.kpi"].search([("id", "=", kpi_id)])
        if not kpi:
            raise UserError(self.env._("This KPI does not exist any more."))
        pin = self.env["crm.sync.overview.pin"].search([("user_id", "=", self.env.uid), ("kpi_id", "=", kpi.id)])
        if is_pinned and not pin:
            pin.create({"kpi_id": kpi.id})
        elif not is_pinned:
            pin.unlink()
        return is_pinned

    @api.model
    def action_measure(self):
        """Have all KPIs measured as soon as a worker is free, instead of within the hour; managers only."""
        self._check_reader()
        if not self._can_measure():
            raise AccessError(self.env._("Only managers have KPIs measured out of turn."))
        return self.env.ref("crm_sync_measures.job_kpi_snapshot").action_run_now()

    # ---------------------------------------------------------------- who reads

    def _check_reader(self):
        if not self.env.user._is_internal() or not self.env["res.users"]._sync_is_reader():
            raise AccessError(self.env._("The overview is for users of Customer Sync."))

    def _can_measure(self):
        return self.env.su or self.env.user.has_group("crm_sync_measures.group_manager")

    def _is_overseer(self):
        """Whoever looks at the company as a whole."""
        user = self.env.user
        is_auditor = user.has_group("crm_sync_measures.group_auditor")
        return self._can_measure() or (is_auditor and not user.has_group("crm_sync_measures.group_user"))

    def _department(self):
        """The department somebody looks at: the one he manages, else his own."""
        own = self.env.user.sync_department_id
        if not self.env.user.has_group("crm_sync_measures.group_department_manager"):
            return own, False
        managed = self.env["crm.sync.department"].search([("manager_id", "=", self.env.uid)])
        return (own if own in managed else managed[:1]) or own, bool(managed)

    def _department_code(self, department):
        """Which of the departments that come with the addon this one is."""
        known = {self._number_of(f"crm_sync_measures.department_{code}"): code for code in _DEPARTMENTS}
        return known.get(department.id, department.name) if department else None

    def _number_of(self, xmlid):
        return self.env["ir.model.data"]._xmlid_to_res_id(xmlid, raise_if_not_found=False)

    # ---------------------------------------------------------------- which figures

    def _chosen(self, kpis, pinned, is_overseer):
        """``{kpi: (scope key, Shown)}`` of what is shown, in the order of the page."""
        department, is_head = self._department()
        code = self._department_code(department)
        scopes = scopes_of(is_overseer, department.id if is_head else None, self.env.uid, department.id)
        subjects = own_subjects(is_overseer, code)
        series = self._series(kpis, scopes)
        today = fields.Date.context_today(self)
        measured = {}
        for kpi in kpis:
            scope = next((scope for scope in scopes if (kpi.id, scope) in series), None)
            if scope:
                measured[kpi] = (scope, shown(series[kpi.id, scope], today))
        wanted = {
            kpi: found
            for kpi, found in measured.items()
            if kpi.subject in subjects or found[0] != "company" or kpi in pinned or kpi.owner_id == self.env.user
        }
        rank = {subject: place for place, subject in enumerate(subject_order(code))}
        rows = sorted((wanted or measured).items(), key=lambda row: rank[row[0].subject])
        return dict(rows)

    def _series(self, kpis, scopes):
        """``{(kpi id, scope key): [Figure]}`` of the last periods that the reader may read, oldest first."""
        allowed = self.env["crm.sync.kpi.value"]._search(
            Domain("kpi_id", "in", kpis.ids)
            & Domain("company_id", "=", self.env.company.id)
            & Domain("scope_key", "in", scopes)
            & Domain("is_current", "=", True)
            & Domain("period_start", ">=", fields.Date.subtract(fields.Date.context_today(self), days=_DAYS))
        )
        rows = self.env.execute_query(
            SQL(
                """SELECT kpi_id, scope_key, id, period_start, period_end, value FROM (
                          SELECT v.kpi_id, v.scope_key, v.id, v.period_start, v.period_end,
                                 CASE WHEN v.is_empty THEN NULL ELSE v.value END AS value,
                                 row_number() OVER (PARTITION BY v.kpi_id, v.scope_key ORDER BY v.period_start DESC) AS place
                            FROM crm_sync_kpi_value v JOIN crm_sync_kpi k ON k.id = v.kpi_id AND k.calendar = v.calendar
                           WHERE v.id IN %s) ranked
                    WHERE place <= %s ORDER BY period_start""",
                allowed.subselect(),
                _FIGURES,
            )
        )
        series = {}
        for kpi_id, scope, number, start, end, value in rows:
            series.setdefault((kpi_id, scope), []).append(Figure(start, end, value, number))
        return series

    # ---------------------------------------------------------------- owners

    def _words_unowned(self, kpis):
        """KPIs come without an owner; as long as nobody sets one their signals wait in a list."""
        count = len(kpis.filtered(lambda kpi: not kpi.owner_id))
        if not count:
            return False
        if count == 1:
            return self.env._("One KPI has no owner: nobody is told of its signals.")
        return self.env._("%s KPIs have no owner: nobody is told of their signals.", count)

    # ---------------------------------------------------------------- sections

    def _sections(self, tiles, pinned):
        """What is pinned first, then subject by subject; a KPI stands on the page once."""
        sections = []
        if own := [tiles[kpi] for kpi in pinned if kpi in tiles]:
            sections.append({"code": "pinned", "label": self.env._("Pinned"), "tiles": own})
        labels = dict(self.env["crm.sync.kpi"]._fields["subject"]._description_selection(self.env))
        rest = {}
        for kpi, tile in tiles.items():
            if kpi not in pinned:
                rest.setdefault(kpi.subject, []).append(tile)
        return sections + [{"code": code, "label": labels[code], "tiles": found} for code, found in rest.items()]
