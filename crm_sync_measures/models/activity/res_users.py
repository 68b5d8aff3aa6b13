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
