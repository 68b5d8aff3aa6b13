import { Component, markup, onMounted, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { errorMessage } from "../../core/utils/error_message";
import { openRecordLink } from "../../core/utils/record_link";

/**
 * The customers of an action: `params.partner_ids`, what the URL kept, or the record it was opened from.
 *
 * @param {Object} action
 * @returns {number[]}
 */
export function customersOf(action) {
    const { params = {}, context = {} } = action;
    if (params.partner_ids) {
        return params.partner_ids;
    }
    const kept = context.params?.customers ?? params.customers;
    if (kept) {
        return String(kept).split(",").map(Number).filter(Boolean);
    }
    const id = Number(context.active_id || params.active_id || 0);
    return id ? [id] : [];
}

/**
 * The customer brief as a screen. The server makes one HTML text of it, the same that is printed and mailed; a click
 * on a record opens it here. The customers stay in the URL, so that a reload and a link sent to a colleague show the
 * same ones, each with the rights of who looks.
 */
export class BriefAction extends Component {
    static template = "crm_sync_measures.BriefAction";
    static components = { Layout };
    static props = { ...standardActionServiceProps };
    static displayName = _t("Customer Brief");

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.rootRef = useRef("root");
        this.display = { controlPanel: {} };
        this.customerIds = customersOf(this.props.action);
        this.state = useState({ html: "", error: "", isPrinting: false });
        if (this.customerIds.length) {
            this.props.updateActionState?.({
                active_id: this.customerIds[0],
                customers: this.customerIds.length > 1 ? this.customerIds.join(",") : undefined,
            });
        }
        this.env.config.setDisplayName(_t("Customer Brief"));
        useSetupAction({ rootRef: this.rootRef });
        onMounted(() => this.load());
    }

    async load() {
        if (!this.customerIds.length) {
            return;
        }
        this.state.error = "";
        try {
            const { html, partners } = await this.keepLast.add(
                this.orm.call("res.partner", "sync_brief_page", [this.customerIds])
            );
            this.state.html = markup(html);
            const customer = partners.map(({ name }) => name).join(", ");
            this.env.config.setDisplayName(_t("%(customer)s · Brief", { customer }));
        } catch (error) {
            this.state.html = "";
            this.state.error = errorMessage(error);
        }
    }

    async print() {
        this.state.isPrinting = true;
        try {
            const action = await this.orm.call("res.partner", "action_print_sync_brief", [
                this.customerIds,
            ]);
            await this.action.doAction(action);
        } finally {
            this.state.isPrinting = false;
        }
    }

    onClick(ev) {
        openRecordLink(ev, this.action);
    }
}

registry.category("actions").add("crm_sync_brief", BriefAction);
