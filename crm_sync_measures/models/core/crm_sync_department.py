from odoo import api, fields, models

from .cached import forget


class CrmSyncDepartment(models.Model):
    """A department that deals with customers: the unit of "who did it" in all of this addon.

    A user belongs to one. The name is kept apart from ``hr.department``, which is optional and
    describes the organisation, not who talks to customers.
    """

    _name = "crm.sync.department"
    _description = "Customer Department"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer(string="Color Index")
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        help="Leave empty for a department that all companies share.",
    )
    manager_id = fields.Many2one(
        "res.users",
        domain="[('share', '=', False)]",
        index="btree_not_null",
        help="Is told when something in this department is overdue or escalated.",
    )
    member_ids = fields.One2many("res.users", "sync_department_id", string="Members")
    member_count = fields.Integer(compute="_compute_member_count")
    resource_calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working Hours",
        domain="['|', ('company_id', '=', False), ('company_id', '=', company_id)]",
        help="Hours in which this department answers customers. Empty: the company's working hours.",
    )

    _name_company_uniq = models.UniqueIndex(
        "(name, COALESCE(company_id, 0)) WHERE active",
        "A department with this name already exists in this company. Choose another name.",
    )

    @api.depends("member_ids")
    def _compute_member_count(self):
        counts = dict(
            self.env["res.users"]._read_group(
                [("sync_department_id", "in", self.ids)], ["sync_department_id"], ["__count"]
            )
        )
        for department in self:
            department.member_count = counts.get(department, 0)

    def action_manage(self):
        """Be the manager of the department where nobody is, and open it."""
        self.ensure_one()
        self.check_access("write")
        if not self.manager_id:
            self.manager_id = self.env.user
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def _is_led_by(self, user):
        """Whether ``user`` leads it, in the role of a department manager; nobody leads no department."""
        # sudo: who leads a department is no secret.
        return self.sudo().manager_id == user and user.has_group("crm_sync_measures.group_department_manager")

    def write(self, vals):
        result = super().write(vals)
        if "manager_id" in vals:
            # Record rules of department managers look at the manager.
            forget(self.env)
        return result
