import { Component, xml } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { Advice } from "./advice";

/** "Who should take it?" in a dialog over a form, which is read anew when somebody was assigned. */
export class AdviceAction extends Component {
    static template = xml`<Advice model="params.model" resId="params.res_id" onAssigned.bind="close"/>`;
    static components = { Advice };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
    }

    get params() {
        return this.props.action.params;
    }

    close() {
        return this.action.doAction({ type: "ir.actions.act_window_close" });
    }
}

registry.category("actions").add("crm_sync_advice", AdviceAction);
