"""What is on the four boards of the Dashboards app; ``dev/boards.py`` makes spreadsheets of it.

Names are those of the KPIs, so that both have one translation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Kpi:
    code: str
    name: str
    unit: str = "percent"
    is_lower_better: bool = False
    calendar: str = "month"


@dataclass(frozen=True)
class Chart:
    """Of one KPI over time as a line or bars; or of one scope after the other, added up over the time."""

    title: str
    code: str
    kind: str = "line"
    calendar: str = "month"
    scope: str = "company"


@dataclass(frozen=True)
class Board:
    name: str
    cards: Sequence[Kpi]
    charts: Sequence[Chart]
    #: KPIs that stand in the table only.
    more: Sequence[Kpi] = field(default=())


BOARDS = (
    Board(
        "management",
        (
            Kpi("orders_revenue", "Turnover of Orders", "money"),
            Kpi("win_rate", "Win Rate"),
            Kpi("retention", "Retention"),
            Kpi("neglected_customers", "Neglected Customers", is_lower_better=True, calendar="week"),
            Kpi("promises_kept", "Promises Kept"),
            Kpi("complaint_rate", "Complaints per 100 Orders", is_lower_better=True),
            Kpi("nps", "Net Promoter Score", "mean"),
            Kpi("points_liability", "Liability for Points", "money", is_lower_better=True),
        ),
        (
            Chart("Turnover of Orders", "orders_revenue", "bar"),
            Chart("Win Rate", "win_rate"),
            Chart("Complaints per 100 Orders", "complaint_rate"),
            Chart("Promises Kept", "promises_kept"),
            Chart("Win Rate by Sales Team", "win_rate", "bar", scope="team"),
            Chart("Promises Kept by Department", "promises_kept", "bar", scope="department"),
        ),
        (
            Kpi("sales_cycle", "Sales Cycle", "days", is_lower_better=True),
            Kpi("new_customers", "New Customers", "number"),
            Kpi("repeat_purchase_rate", "Repeat Purchase Rate"),
            Kpi("lead_quality", "Lead Quality"),
            Kpi("data_completeness", "Data Completeness"),
        ),
    ),
    Board(
        "service",
        (
            Kpi("complaints", "Complaints", "number", is_lower_better=True),
            Kpi("open_cases", "Open Cases", "number", is_lower_better=True),
            Kpi("case_first_answer_hours", "Time to the First Answer of a Case", "hours", is_lower_better=True),
            Kpi("time_to_resolve", "Time to Solve a Case", "hours", is_lower_better=True),
            Kpi("case_in_target", "Cases Solved in Time"),
            Kpi("reopened_rate", "Cases Not Settled the First Time", is_lower_better=True),
            Kpi("case_csat", "Satisfaction with Cases"),
            Kpi("recovery_rate", "Unhappy Customers Won Back"),
        ),
        (
            Chart("Complaints", "complaints", "bar"),
            Chart("Complaints per 100 Orders", "complaint_rate"),
            Chart("Time to Solve a Case", "time_to_resolve"),
            Chart("Cases Solved in Time", "case_in_target"),
            Chart("Complaints by Channel", "complaints", "bar", scope="channel"),
            Chart("Cases Solved in Time by Department", "case_in_target", "bar", scope="department"),
        ),
        (
            Kpi("complaint_rate", "Complaints per 100 Orders", is_lower_better=True),
            Kpi("compensation_cost", "Cost of Compensations", "money", is_lower_better=True),
            Kpi("csat", "Customer Satisfaction"),
            Kpi("response_rate", "Response Rate"),
            Kpi("value_of_service", "Value of Service"),
        ),
    ),
    Board(
        "loyalty",
        (
            Kpi("members", "Members of Loyalty Programs", "number"),
            Kpi("points_issued", "Points Issued", "points"),
            Kpi("points_redeemed", "Points Redeemed", "points"),
            Kpi("points_expired", "Points Expired", "points", is_lower_better=True),
            Kpi("redemption_rate", "Redemption Rate"),
            Kpi("breakage_rate", "Breakage Rate", is_lower_better=True),
            Kpi("tier_up", "Rises to a Higher Tier", "number"),
            Kpi("tier_down", "Falls to a Lower Tier", "number", is_lower_better=True),
        ),
        (
            Chart("Points Issued", "points_issued", "bar"),
            Chart("Points Redeemed", "points_redeemed", "bar"),
            Chart("Liability for Points", "points_liability"),
            Chart("Points in Circulation", "points_outstanding"),
            Chart("Points Issued by Tier", "points_issued", "bar", scope="tier"),
            Chart("Bought after a Greeting", "care_bought"),
        ),
        (
            Kpi("points_outstanding", "Points in Circulation", "points"),
            Kpi("points_liability", "Liability for Points", "money", is_lower_better=True),
            Kpi("repeat_purchase_rate", "Repeat Purchase Rate"),
            Kpi("care_bought", "Bought after a Greeting"),
            Kpi("care_control_bought", "Bought without a Greeting"),
        ),
    ),
    Board(
        "adoption",
        (
            Kpi("active_users", "Active Users", "number", calendar="week"),
            Kpi("actions_per_user", "Actions per Active User", "mean", calendar="week"),
            Kpi("power_users", "Power Users", "number", calendar="week"),
            Kpi("activities_on_time", "Activities on Time", calendar="week"),
            Kpi("answered_within_target", "Answered within Target", calendar="week"),
            Kpi("promises_kept", "Promises Kept"),
            Kpi("override_rate", "Contacted in Spite of a Warning", is_lower_better=True),
            Kpi("data_completeness", "Data Completeness"),
        ),
        (
            Chart("Active Users", "active_users", calendar="week"),
            Chart("Actions per Active User", "actions_per_user", calendar="week"),
            Chart("Activities on Time", "activities_on_time", calendar="week"),
            Chart("Contacted in Spite of a Warning", "override_rate"),
            Chart("Actions per Active User by Department", "actions_per_user", "bar", "week", scope="department"),
            Chart("Activities on Time by Department", "activities_on_time", "bar", "week", scope="department"),
        ),
        (Kpi("neglected_customers", "Neglected Customers", is_lower_better=True, calendar="week"),),
    ),
)
