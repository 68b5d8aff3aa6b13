import { Component, onWillUnmount, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** How far a handover has come that is one long transaction: told by the bus while the button still waits. */
export class HandoverProgress extends Component {
    static template = "crm_sync_measures.HandoverProgress";
    static props = standardWidgetProps;

    setup() {
        this.state = useState({ done: 0, total: 0 });
        const bus = useService("bus_service");
        const onProgress = ({ id, done, total }) => {
            if (id === this.props.record.resId) {
                Object.assign(this.state, { done, total });
            }
        };
        bus.subscribe("crm_sync_handover_progress", onProgress);
        onWillUnmount(() => bus.unsubscribe("crm_sync_handover_progress", onProgress));
    }

    get isShown() {
        return this.state.total > 0 && this.state.done < this.state.total;
    }

    get percent() {
        return Math.round((100 * this.state.done) / this.state.total);
    }
}

registry
    .category("view_widgets")
    .add("crm_sync_handover_progress", { component: HandoverProgress });
