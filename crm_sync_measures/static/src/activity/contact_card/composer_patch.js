import { Composer } from "@mail/core/common/composer";
import { patch } from "@web/core/utils/patch";

/**
 * Odoo's composer stays locked after a message that the server refused. Whoever
 * is asked for a reason gives it and sends what he wrote once more.
 */
patch(Composer.prototype, {
    async processMessage(cb) {
        try {
            return await super.processMessage(cb);
        } catch (error) {
            this.state.active = true;
            throw error;
        }
    },
});
