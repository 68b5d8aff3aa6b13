from odoo import models


class CrmSyncHandoverActivities(models.Model):
    """Activities get another owner, who then follows the record that they are about."""

    _inherit = "crm.sync.handover"

    def _give_activities(self, source, lines):
        """Odoo makes the new owner follow the record that the activity is about: remember where he did not before."""
        documents = self._documents(lines)
        followed = self._following({line: documents[line] for line in lines})
        self._give_owner(source, lines)
        return {line.id: {"follows": True} for line in lines if line not in followed and documents[line]}

    def _take_back_activities(self, source, lines, old):
        documents = self._documents(lines)
        with self._without_new_followers(self.user_id.partner_id, documents):
            self._take_back_owner(source, lines, old)
        followers = self.env["mail.followers"]
        for model, group in self._by_model({line: documents[line] for line in lines}).items():
            joined = group.filtered(lambda line: line.old_values.get("follows"))
            pairs = {(documents[line].id, line.user_id.partner_id) for line in joined}
            rows = followers.search(
                [
                    ("res_model", "=", model),
                    ("res_id", "in", [record_id for record_id, _partner in pairs]),
                    ("partner_id", "in", joined.user_id.partner_id.ids),
                ]
            )
            rows.filtered(lambda row, pairs=pairs: (row.res_id, row.partner_id) in pairs).unlink()

    def _following(self, documents):
        """Those lines whose new owner follows the record given for it."""
        found = set()
        for model, lines in self._by_model(documents).items():
            rows = self.env["mail.followers"].search_fetch(
                [
                    ("res_model", "=", model),
                    ("res_id", "in", [documents[line].id for line in lines]),
                    ("partner_id", "in", lines.user_id.partner_id.ids),
                ],
                ["res_id", "partner_id"],
            )
            pairs = {(row.res_id, row.partner_id) for row in rows}
            found |= {line for line in lines if (documents[line].id, line.user_id.partner_id) in pairs}
        return found

    def _by_model(self, documents):
        """``{model: lines}`` of ``{line: record}``."""
        groups = {}
        for line, record in documents.items():
            groups[record._name] = groups.get(record._name, line.browse()) | line
        return groups
