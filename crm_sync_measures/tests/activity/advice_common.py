from odoo.fields import Command

from ..common import SyncCase


class AdviceCase(SyncCase):
    """A sales team of three, and an opportunity of the customer that nobody has."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.third = cls.new_user("t_third", "group_user", cls.sales, "sales_team.group_sale_salesman")
        cls.people = cls.seller | cls.colleague | cls.third
        cls.team = cls.env["crm.team"].create(
            {
                "name": "Lenses",
                "company_id": cls.company.id,
                "crm_team_member_ids": [Command.create({"user_id": user.id}) for user in cls.people],
            }
        )
        cls.customer.user_id = False
        cls.lead = cls.new_lead()

    @classmethod
    def new_lead(cls, **values):
        values = {
            "name": "Lenses for the new shop",
            "type": "opportunity",
            "partner_id": cls.customer.id,
            "team_id": cls.team.id,
            "user_id": False,
            **values,
        }
        return cls.env["crm.lead"].create(values)

    @classmethod
    def close(cls, user, won, lost, **values):
        """Deals of other customers that ``user`` has won and lost."""
        values = {"partner_id": False, "user_id": user.id, **values}
        for number in range(won + lost):
            lead = cls.new_lead(**values)
            if number < won:
                lead.action_set_won()
            else:
                lead.action_set_lost()

    def rank(self, lead=None, user=None):
        lead = lead or self.lead
        return self.env["crm.sync.advisor"].with_user(user or self.manager)._rank(lead._name, lead.id)

    def names(self, ranking):
        return [one["name"] for one in ranking]

    def of(self, ranking, user):
        return next(one for one in ranking if one["user_id"] == user.id)

    def value(self, ranking, user, code):
        return next((point["value"] for point in self.of(ranking, user)["points"] if point["code"] == code), None)

    def told(self, ranking, user):
        return " | ".join(self.of(ranking, user)["reasons"])
