import { registerMessageAction } from "@mail/core/common/message_actions";
import { toRaw } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { session } from "@web/session";

/** "Note a Promise" on every message of a document; what the dialog proposes is said by the server. */
registerMessageAction("sync-promise", {
    condition: ({ message, thread }) =>
        Boolean(session.sync_can_promise) &&
        Number.isInteger(message.id) &&
        Boolean(thread?.id) &&
        !["discuss.channel", "mail.box"].includes(thread.model) &&
        ["comment", "email", "notification", "auto_comment"].includes(message.message_type) &&
        !message.isEmpty,
    icon: "fa fa-calendar-check-o",
    name: _t("Note a Promise"),
    onSelected: async ({ message: msg, owner }) => {
        const message = toRaw(msg);
        const { action, orm } = owner.env.services;
        await action.doAction(
            await orm.call("mail.message", "action_sync_promise", [[message.id]])
        );
    },
    // Among the few actions that stand beside a message without opening a menu.
    sequence: 15,
});
