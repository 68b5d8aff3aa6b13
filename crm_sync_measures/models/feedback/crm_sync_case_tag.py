from odoo import fields, models


class CrmSyncCaseTag(models.Model):
    """A word by which cases are found again."""

    _name = "crm.sync.case.tag"
    _description = "Tag of Cases"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    color = fields.Integer("Color Index")

    _name_uniq = models.UniqueIndex("(name)", "A tag with this name already exists. Choose it from the list.")
