from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL, formatLang

from ...rules.campaign import compare, incremental, percent_of_return
from ...rules.care import Effect
from .campaign_sql import converted, flush, order_margin, order_revenue
from .utm_campaign import READERS


class UtmCampaign(models.Model):
    """What a campaign itself has brought: its target group against those held out, as drawn, sent to or not."""

    _inherit = "utm.campaign"

    sync_outcome = fields.Selection(
        [
            ("none", "Nothing to Compare"),
            ("collecting", "Still Collecting"),
            ("too_few", "Too Few to Compare"),
            ("inconclusive", "Inconclusive"),
            ("better", "More Have Bought"),
            ("worse", "Fewer Have Bought"),
        ],
        "Outcome of the Campaign",
        compute="_compute_sync_effect",
        groups=READERS,
    )
    sync_effect_text = fields.Text("What the Campaign Brought", compute="_compute_sync_effect", groups=READERS)

    @api.depends_context("lang", "uid", "company", "allowed_company_ids")
    def _compute_sync_effect(self):
        effects = self._origin._sync_effects()
        for campaign in self:
            own = effects.get(campaign._origin.id)
            campaign.sync_outcome = own["outcome"] if own else "none"
            campaign.sync_effect_text = "\n".join(campaign._origin._sync_sentences(own)) if own else False

    # ---------------------------------------------------------------- figures

    def sync_campaign_figures(self):
        """What these campaigns cost and brought, by what the caller may read; in a constant number of queries.

        :return: ``[{"campaign_id", "name", "currency", "planned", "actual", "leads", "won_leads", "won_customers",
            "revenue", "margin", "return_percent", "cost_per_won", "companies": [...], "holdout": {...} or False}]``.
            Amounts are in the campaign's currency, each document at its own rate; in ``companies`` in that of the company.
            Percentages of nothing are None. ``holdout`` has ``state``, ``outcome`` (collecting, too_few, inconclusive, better,
            worse), ``treated``, ``treated_won``, ``held_out``, ``held_out_won`` (customers), both rates in per cent,
            ``difference``, ``low`` and ``high`` in percentage points (95 %, Newcombe), ``needed_treated`` and
            ``needed_held_out``, ``incremental_margin`` and ``incremental_return``.
        :raise AccessError: for campaigns of others, unless the caller is a department manager, manager or auditor
        """
        Result = self.env["crm.sync.campaign.result"]
        Result.check_access("read")
        self.check_access("read")
        if hidden := (self - self._sync_readable())[:1]:
            raise AccessError(
                self.env._("“%s”: its results are for its responsible person and managers.", hidden.title)
            )
        sums, effects = self._sync_sums(), self._sync_effects()
        rows = Result.search_read([("campaign_id", "in", self.ids)], self._sync_company_fields(), load=None)
        companies = {}
        for row in rows:
            campaign_id, _id = row.pop("campaign_id"), row.pop("id")
            row["return_percent"] = percent_of_return(row["margin"], row["actual"])
            companies.setdefault(campaign_id, []).append(row)
        return [
            {
                "campaign_id": campaign.id,
                "name": campaign.display_name,
                "currency": campaign.sync_currency_id.name,
                **{name.removeprefix("sync_"): sums[campaign.id][name] for name in self._sync_sum_fields()},
                "return_percent": percent_of_return(sums[campaign.id]["sync_margin"], sums[campaign.id]["sync_actual"]),
                "cost_per_won": sums[campaign.id]["sync_cost_per_won"] or None,
                "companies": companies.get(campaign.id, []),
                "holdout": effects.get(campaign.id, False),
            }
            for campaign in self
        ]

    @api.model
    def _sync_sum_fields(self):
        return (
            "sync_planned",
            "sync_actual",
            "sync_leads",
            "sync_won_leads",
            "sync_won_customers",
            "sync_revenue",
            "sync_margin",
        )

    @api.model
    def _sync_company_fields(self):
        return [
            "campaign_id",
            "company_id",
            "currency_id",
            "planned",
            "actual",
            "leads",
            "won_leads",
            "won_customers",
            "revenue",
            "margin",
        ]

    def _sync_effects(self):
        """``{campaign id: what is said of its groups}`` of those that have chosen customers: one query."""
        # Whoever may not read members is told nothing, and nobody of the campaigns of companies that he is not in.
        chosen = self._sync_readable()._sync_of_companies().filtered("sync_assigned_at")
        if not chosen or not self.env["crm.sync.campaign.member"].has_access("read"):
            return {}
        groups = {
            (campaign_id, group): (count, won, revenue, margin)
            for campaign_id, group, count, won, revenue, margin in chosen._sync_read_groups()
        }
        return {
            campaign.id: campaign._sync_effect(
                *(groups.get((campaign.id, group), (0, 0, 0.0, 0.0)) for group in ("treated", "held_out"))
            )
            for campaign in chosen
        }

    def _sync_read_groups(self):
        """(campaign id, group, customers, how many have bought, revenue, margin); as drawn, whoever was reached."""
        self.env["crm.sync.campaign.member"].flush_model()
        return self.env.execute_query(
            SQL(
                """SELECT m.campaign_id, m.member_group, count(*), count(b.customer_id),
                          COALESCE(sum(b.revenue), 0)::float8, COALESCE(sum(b.margin), 0)::float8
                     FROM crm_sync_campaign_member m
                     LEFT JOIN res_partner customer ON customer.id = m.partner_id
                     LEFT JOIN (%s) b ON b.campaign_id = m.campaign_id AND b.customer_id = customer.commercial_partner_id
                    WHERE m.campaign_id = ANY(%s) AND m.is_counted
                    GROUP BY m.campaign_id, m.member_group""",
                self._sync_bought_sql(),
                self.ids,
            )
        )

    def _sync_orders_sql(self, windows):
        """SELECT of (campaign_id, customer_id, revenue, margin) in the campaign's currency, of all orders within the windows.

        Of a campaign of no company: orders of the companies that the reader works in, as its costs are.

        :param SQL windows: SELECT of (campaign_id, company_id, since, until)
        """
        flush(self.env)
        currency = SQL(
            "COALESCE((SELECT c.currency_id FROM res_company c WHERE c.id = w.company_id), %s)",
            self.env.company.currency_id.id,
        )
        revenue, margin = (
            converted(amount, SQL("s.company_id"), SQL("own.currency_id"), currency, SQL("s.date_order::date"))
            for amount in (order_revenue("s"), order_margin(self.env, "s"))
        )
        return SQL(
            """SELECT w.campaign_id, buyer.commercial_partner_id AS customer_id,
                      sum(%s) AS revenue, sum(%s) AS margin
                 FROM (%s) w
                 JOIN sale_order s ON s.date_order >= w.since AND s.date_order < w.until
                 JOIN res_company own ON own.id = s.company_id
                 JOIN res_partner buyer ON buyer.id = s.partner_id
                WHERE s.state = 'sale' AND (s.company_id = w.company_id OR (w.company_id IS NULL AND s.company_id = ANY(%s)))
                GROUP BY w.campaign_id, buyer.commercial_partner_id""",
            revenue,
            margin,
            windows,
            self.env.companies.ids,
        )

    def _sync_effect(self, treated, held):
        """What is said of both groups of one campaign; each is (customers, how many have bought, revenue, margin)."""
        self.ensure_one()
        effect = Effect(treated[0], treated[1], held[0], held[1])
        found = compare(effect, self.sync_holdout_state == "over", self.sync_worth_points / 100.0)
        margin = incremental(treated[0], treated[3], held[0], held[3])
        # Of too few customers it would tell what each of them has brought, and of a campaign nothing.
        has_margin = found.difference is not None and bool(self.sync_started_at)
        return {
            "state": self.sync_holdout_state,
            "outcome": found.outcome,
            "window_days": self.sync_window_days,
            "ends_at": fields.Datetime.to_string(self.sync_ends_at),
            "treated": effect.cared,
            "treated_won": effect.cared_bought,
            "held_out": effect.control,
            "held_out_won": effect.control_bought,
            "treated_rate": _percent(effect.cared_rate),
            "held_out_rate": _percent(effect.control_rate),
            "difference": _percent(found.difference),
            "low": _percent(found.low),
            "high": _percent(found.high),
            "needed_treated": found.needed and found.needed[0],
            "needed_held_out": found.needed and found.needed[1],
            "incremental_margin": round(margin, 2) if has_margin else None,
            "incremental_return": percent_of_return(margin, self.sync_actual) if has_margin else None,
        }

    # ---------------------------------------------------------------- sentences

    def _sync_sentences(self, own):
        """What the figures say, and what they do not."""
        self.ensure_one()
        number = lambda value, digits=1: formatLang(self.env, value or 0, digits=digits)  # noqa: E731
        if not self.sync_started_at:
            yield self.env._(
                "%(treated)s customers are in the target group, %(held)s are held out. The days have not begun.",
                treated=number(own["treated"], 0),
                held=number(own["held_out"], 0),
            )
            return
        yield self.env._(
            "%(rate)s %% of %(count)s customers in the target group have bought within %(days)s days, and %(held_rate)s %%"
            " of %(held)s held out.",
            rate=number(own["treated_rate"]),
            count=number(own["treated"], 0),
            days=own["window_days"],
            held_rate=number(own["held_out_rate"]),
            held=number(own["held_out"], 0),
        )
        if own["outcome"] == "collecting":
            yield self.env._("The days are not over: nothing is decided yet.")
            return
        if own["difference"] is not None:
            yield self.env._(
                "Difference: %(uplift)s percentage points (%(low)s to %(high)s).",
                uplift=number(own["difference"]),
                low=number(own["low"]),
                high=number(own["high"]),
            )
        if own["outcome"] in ("inconclusive", "too_few"):
            yield from self._sync_undecided_sentences(own, number)
        elif own["incremental_margin"] is not None:
            yield self.env._(
                "Beyond what they would have bought anyway: a margin of %(margin)s.",
                margin=formatLang(self.env, own["incremental_margin"], currency_obj=self.sync_currency_id),
            )
            if own["incremental_return"] is not None:
                yield self.env._(
                    "That is a return of %(percent)s %% on its cost.", percent=number(own["incremental_return"])
                )

    def _sync_undecided_sentences(self, own, number):
        if own["outcome"] == "too_few":
            yield self.env._("These are too few to be compared.")
        else:
            yield self.env._("Inconclusive: chance alone may have done it.")
        if own["needed_held_out"]:
            yield self.env._(
                "To find a difference of %(points)s points, %(treated)s in the target group and %(held)s held out are needed.",
                points=number(self.sync_worth_points),
                treated=number(own["needed_treated"], 0),
                held=number(own["needed_held_out"], 0),
            )


def _percent(share):
    return None if share is None else round(100.0 * share, 1)
