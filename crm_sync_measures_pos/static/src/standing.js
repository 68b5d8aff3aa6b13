import { Component } from "@odoo/owl";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { ProductScreen } from "@point_of_sale/app/screens/product_screen/product_screen";
import { PosStore } from "@point_of_sale/app/services/pos_store";
import { patch } from "@web/core/utils/patch";

patch(PosStore.prototype, {
    async setup() {
        // What the server has told of chosen customers, by their ids.
        this.syncStandings = {};
        await super.setup(...arguments);
    },
    setPartnerToCurrentOrder(partner) {
        super.setPartnerToCurrentOrder(...arguments);
        this.syncAskStanding(partner);
    },
    /** Points change with every order, also at other desks: asked for anew whenever somebody is chosen. */
    async syncAskStanding(partner) {
        if (!Number.isInteger(partner?.id)) {
            return;
        }
        const args = [[partner.id], this.config.id];
        // Without a connection it answers nothing, and the tier is shown that was loaded.
        const standing = await this.data.silentCall("res.partner", "sync_pos_standing", args);
        if (standing) {
            this.syncStandings[partner.id] = standing;
        }
    },
    syncStanding(partner) {
        return this.syncStandings[partner.id] || { tier: partner._sync_tier, points: [] };
    },
});

/** Tier and points of the customer, above the keys. */
export class CustomerStanding extends Component {
    static template = "crm_sync_measures_pos.CustomerStanding";
    static props = { partner: Object };

    setup() {
        this.pos = usePos();
    }

    get standing() {
        return this.pos.syncStanding(this.props.partner);
    }
}

ProductScreen.components = { ...ProductScreen.components, CustomerStanding };
