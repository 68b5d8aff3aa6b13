from odoo import fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    sync_skill_tag_ids = fields.Many2many(
        "crm.tag",
        "crm_sync_user_skill_tag_rel",
        "user_id",
        "tag_id",
        string="Skilled In",
        help="Kinds of deals this person is good at. Used when somebody asks who should take one.",
    )
    sync_skill_category_ids = fields.Many2many(
        "product.category",
        "crm_sync_user_skill_category_rel",
        "user_id",
        "category_id",
        string="Knows Products",
        help="Product categories, with all below them, this person knows well.",
    )
    sync_lang_ids = fields.Many2many(
        "res.lang",
        "crm_sync_user_lang_rel",
        "user_id",
        "lang_id",
        string="Also Speaks",
        context={"active_test": False},
        help="Languages this person speaks with customers, beside the one Odoo is shown in.",
    )

    # ---------------------------------------------------------------- brief

    sync_brief_hours = fields.Integer(
        string="Customer Brief Before Meetings (Hours)",
        default=0,
        help="The customer brief is mailed this many hours before a meeting with a customer, once for each meeting. 0: never.",
    )

    _sync_brief_hours_range = models.Constraint(
        "CHECK(sync_brief_hours BETWEEN 0 AND 168)",
        "Customer brief before meetings: enter 0 to 168 hours.",
    )

    @property
    def SELF_READABLE_FIELDS(self):
        return [*super().SELF_READABLE_FIELDS, "sync_brief_hours"]

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return [*super().SELF_WRITEABLE_FIELDS, "sync_brief_hours"]
