import { Activity } from "@mail/core/web/activity";
import { patch } from "@web/core/utils/patch";
import { session } from "@web/session";

patch(Activity.prototype, {
    /** Whether what this activity is about can be noted as a promise to the customer. */
    get canSyncPromise() {
        return (
            Boolean(session.sync_can_promise) &&
            !["crm.sync.promise", "crm.sync.handover"].includes(this.props.activity.res_model) &&
            Boolean(this.props.activity.res_id)
        );
    },

    async onClickSyncPromise() {
        const { action, orm } = this.env.services;
        await action.doAction(
            await orm.call("mail.activity", "action_sync_promise", [[this.props.activity.id]])
        );
    },
});
