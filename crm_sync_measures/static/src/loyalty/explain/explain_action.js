import { Component, useRef } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { Explain } from "./explain";

/**
 * "Explain this balance" as a screen of its own. The card is `params.card_id` or the
 * `active_id` of the context; it stays in the URL, so that a reload, a bookmark and a
 * link sent to a colleague explain the same card.
 */
export class ExplainAction extends Component {
    static template = "crm_sync_measures.ExplainAction";
    static components = { Explain, Layout };
    static props = { ...standardActionServiceProps };
    static displayName = _t("Explain This Balance");

    setup() {
        const { action, updateActionState } = this.props;
        this.rootRef = useRef("root");
        this.cardId = Number(
            action.params?.card_id || action.context.active_id || action.params?.active_id || 0
        );
        this.display = { controlPanel: {} };
        if (this.cardId) {
            updateActionState?.({ active_id: this.cardId });
        }
        this.env.config.setDisplayName(_t("Explain This Balance"));
        useSetupAction({ rootRef: this.rootRef });
    }

    onLoaded({ card }) {
        const who = card.partner ? card.partner.name : card.code;
        this.env.config.setDisplayName(_t("%(who)s · Balance", { who }));
    }
}

registry.category("actions").add("crm_sync_loyalty_explain", ExplainAction);
