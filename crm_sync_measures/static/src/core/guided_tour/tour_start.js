import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { TourStartWidget, tourStartWidgetField } from "@web_tour/widgets/tour_start";

/** Odoo's button that starts a tour, without the one that clicks through it by itself. */
export class SyncTourStart extends TourStartWidget {
    static template = "crm_sync_measures.TourStart";

    setup() {
        super.setup();
        this.orm = useService("orm");
    }

    /** Odoo's page still believes tours to be switched on when the end of one has switched them off. */
    async _onStartTour() {
        await this.orm.call("res.users", "switch_tour_enabled", [true]);
        return super._onStartTour();
    }
}

registry.category("fields").add("sync_tour_start", { ...tourStartWidgetField, component: SyncTourStart });
