from contextlib import contextmanager

from odoo import Command, models


class CrmSyncHandoverFollowers(models.Model):
    """Who hands over stops following, who takes over begins; an undo restores it with what each is told of."""

    _inherit = "crm.sync.handover"

    def _give_following(self, source, lines):
        """Nothing but the following changes; see ``_swap_followers``."""

    def _take_back_following(self, source, lines, old):
        """Nothing but the following had changed."""

    def _swap_followers(self, model, lines):
        """The new owner follows the records, with the holder's choice of what he is told, and the holder does not.

        Else customers' mails would go on to somebody who has left. Who is only away goes on following.
        """
        if "message_follower_ids" not in self.env[model]._fields:
            return {}
        holder, stays = self.user_id.partner_id, self.reason == "ill"
        Follower = self.env["mail.followers"]
        rows = Follower.search_fetch(
            [
                ("res_model", "=", model),
                ("res_id", "in", lines.mapped("res_id")),
                ("partner_id", "in", (holder | lines.user_id.partner_id).ids),
            ],
            ["res_id", "partner_id", "subtype_ids"],
        )
        known = {(row.res_id, row.partner_id): row for row in rows}
        changes, moved, joining = {}, {}, {}
        removed = Follower.browse()
        for line in lines:
            successor = line.user_id.partner_id
            old, new = known.get((line.res_id, holder)), known.get((line.res_id, successor))
            if old and not stays and new:
                changes[line.id] = {"removed": old.subtype_ids.ids}
                removed += old
            elif old and not stays:
                changes[line.id] = {"moved": old.id}
                moved[successor] = moved.get(successor, Follower.browse()) + old
            elif not new:
                changes[line.id] = {"added": True}
                joining.setdefault(successor, []).append(line.res_id)
        removed.unlink()
        for successor, group in moved.items():
            group.write({"partner_id": successor.id})
        for successor, ids in joining.items():
            self.env[model].browse(ids)._message_subscribe(successor.ids)
        return changes

    @contextmanager
    def _without_new_followers(self, partner, documents):
        """Odoo makes whoever gets an activity follow its record: what it adds for ``partner`` is taken off again."""
        before = self._followers(partner, documents)
        yield
        (self._followers(partner, documents) - before).unlink()

    def _followers(self, partner, documents):
        rows = self.env["mail.followers"]
        for model, lines in self._by_model(documents).items():
            ids = [documents[line].id for line in lines]
            rows |= rows.search(
                [("res_model", "=", model), ("res_id", "in", ids), ("partner_id", "=", partner.id)], order="id"
            )
        return rows

    def _swap_followers_back(self, model, lines):
        Follower = self.env["mail.followers"]
        holder = self.user_id.partner_id
        partners = holder | lines.user_id.partner_id
        rows = Follower.search(
            [
                ("res_model", "=", model),
                ("res_id", "in", lines.mapped("res_id")),
                ("partner_id", "in", partners.ids),
            ]
        )
        known = {(row.res_id, row.partner_id): row for row in rows}
        back, gone, missing = Follower.browse(), Follower.browse(), []
        for line in lines:
            change = line.old_values.get("followers") or {}
            theirs = known.get((line.res_id, line.user_id.partner_id))
            mine = known.get((line.res_id, holder))
            if "moved" in change and theirs and not mine:
                back += theirs
            elif "added" in change and theirs:
                gone += theirs
            elif "removed" in change and not mine:
                missing.append(
                    {
                        "res_model": model,
                        "res_id": line.res_id,
                        "partner_id": holder.id,
                        "subtype_ids": [Command.set(change["removed"])],
                    }
                )
        back.write({"partner_id": holder.id})
        gone.unlink()
        Follower.create(missing)
