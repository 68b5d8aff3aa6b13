import { Component, useRef } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { CustomerPage } from "./customer_page";

/**
 * The customer's page as a screen of its own. The customer is `params.partner_id`
 * or the `active_id` of the context; it stays in the URL, so that a reload, a
 * bookmark and a link sent to a colleague show the same customer.
 */
export class Customer360Action extends Component {
    static template = "crm_sync_measures.Customer360Action";
    static components = { CustomerPage, Layout };
    static props = { ...standardActionServiceProps };
    static displayName = _t("Customer 360");

    setup() {
        const { action, state, updateActionState } = this.props;
        this.rootRef = useRef("root");
        this.partnerId = Number(
            action.params?.partner_id || action.context.active_id || action.params?.active_id || 0
        );
        this.snapshot = state?.crmSyncPage ? state : undefined;
        this.display = { controlPanel: {} };
        if (this.partnerId) {
            updateActionState?.({ active_id: this.partnerId });
        }
        this.env.config.setDisplayName(action.display_name || action.name || _t("Customer 360"));
        useSetupAction({ rootRef: this.rootRef });
    }

    onLoaded({ partner }) {
        const { name: customer } = partner;
        this.env.config.setDisplayName(_t("%(customer)s · Customer 360", { customer }));
    }
}

registry.category("actions").add("crm_sync_customer_360", Customer360Action);
