import { registerMessageAction } from "@mail/core/common/message_actions";
import { toRaw } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { session } from "@web/session";

/** "Open a Case" on every message of a document; what the dialog proposes is said by the server. */
registerMessageAction("sync-case", {
    condition: ({ message, thread }) =>
        Boolean(session.sync_can_open_case) &&
        Number.isInteger(message.id) &&
        Boolean(thread?.id) &&
        !["crm.sync.case", "discuss.channel", "mail.box"].includes(thread.model) &&
        ["comment", "email"].includes(message.message_type) &&
        !message.isEmpty,
    icon: "fa fa-life-ring",
    name: _t("Open a Case"),
    onSelected: async ({ message: msg, owner }) => {
        const message = toRaw(msg);
        const { action, orm } = owner.env.services;
        await action.doAction(await orm.call("mail.message", "action_sync_case", [[message.id]]));
    },
    sequence: 90,
});
