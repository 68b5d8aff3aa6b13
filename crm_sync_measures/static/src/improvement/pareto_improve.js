import { onWillStart } from "@odoo/owl";
import { user } from "@web/core/user";
import { patch } from "@web/core/utils/patch";
import { ParetoController } from "../feedback/pareto/pareto_view";

// A row of the Pareto chart is where an improvement action begins.
patch(ParetoController.prototype, {
    setup() {
        super.setup();
        onWillStart(async () => {
            this.canImprove = await user.hasGroup("crm_sync_measures.group_department_manager");
        });
    },

    /** Plans an action for the cases of the row, and opens it. */
    async improve(bar) {
        const { context, resModel } = this.props;
        if (resModel !== "crm.sync.case.report") {
            return;
        }
        const action = await this.orm.call("crm.sync.improvement", "action_improve_row", [bar.domain, bar.name], {
            context,
        });
        return this.action.doAction(action);
    },
});
