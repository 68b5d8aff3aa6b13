from odoo import api, models


class CrmSyncCaseRoute(models.Model):
    """Why a case came to somebody, in a sentence."""

    _inherit = "crm.sync.case.route"

    @api.model
    def _sentence(self, routing):
        """In the language of the context; empty where no rule had a say. Callers may name all of it to who reads it."""
        rule = self.browse(routing.rule.id).name if routing.rule else ""
        department = self.env["crm.sync.department"].browse(routing.department or ()).name
        owner = self.env["res.users"].browse(routing.user or (routing.rule and routing.rule.user) or ()).name or "—"
        if routing.why == "least":
            text = self.env._(
                "By the rule “%(rule)s”: of %(count)s at work now, %(user)s has the least open work (%(load)s).",
                rule=rule,
                count=routing.asked,
                user=owner,
                load=routing.load,
            )
        elif routing.why == "only":
            text = self.env._("By the rule “%(rule)s”: only %(user)s is at work now.", rule=rule, user=owner)
        elif routing.why == "user":
            text = self.env._("By the rule “%(rule)s”: %(user)s sees to such cases.", rule=rule, user=owner)
        elif routing.why == "queue":
            text = self.env._(
                "By the rule “%(rule)s”: into the queue of %(department)s.", rule=rule, department=department
            )
        elif routing.why == "nobody":
            text = self.env._(
                "By the rule “%(rule)s”: nobody of %(department)s is at work now, so it waits in the queue.",
                rule=rule,
                department=department,
            )
        elif routing.why == "away":
            text = self.env._(
                "By the rule “%(rule)s”: %(user)s is away, so it waits in the queue of %(department)s.",
                rule=rule,
                user=owner,
                department=department,
            )
        elif routing.why == "default":
            return self.env._("No rule fits: into the queue of %s, as the settings say.", department)
        else:
            return ""
        return (
            self.env._("%(sentence)s Word found: “%(word)s”.", sentence=text, word=routing.word)
            if routing.word
            else text
        )
