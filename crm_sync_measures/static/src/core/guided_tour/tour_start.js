import { registry } from "@web/core/registry";
import { TourStartWidget, tourStartWidgetField } from "@web_tour/widgets/tour_start";

/** Odoo's button that starts a tour, without the one that clicks through it by itself. */
export class SyncTourStart extends TourStartWidget {
    static template = "crm_sync_measures.TourStart";
}

registry.category("fields").add("sync_tour_start", { ...tourStartWidgetField, component: SyncTourStart });
