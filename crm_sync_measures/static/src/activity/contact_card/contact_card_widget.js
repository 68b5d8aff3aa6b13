import { Component, markRaw, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { errorMessage } from "../../core/utils/error_message";
import { ContactCard } from "./contact_card";

/**
 * The card inside a form: `<widget name="crm_sync_contact_card"/>` in the form
 * of a contact, with `options="{'partner_field': 'partner_id'}"` elsewhere. The
 * form does not wait for it; it is asked for anew after each save.
 */
export class ContactCardWidget extends Component {
    static template = "crm_sync_measures.ContactCardWidget";
    static components = { ContactCard };
    static props = {
        ...standardWidgetProps,
        partnerField: { type: String, optional: true },
    };

    setup() {
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.state = useState({ card: null, error: "" });
        useRecordObserver((record) => {
            if (this.keyOf(record) !== this.key) {
                this.load(record);
            }
        });
    }

    partnerIdOf(record) {
        const { partnerField } = this.props;
        const id = partnerField ? record.data[partnerField]?.id : record.resId;
        return typeof id === "number" ? id : false;
    }

    /** Another one for each customer, document and save. */
    keyOf(record) {
        return `${this.partnerIdOf(record)},${record.resId},${record.data.write_date?.toMillis() ?? 0}`;
    }

    argumentsOf({ resModel, resId }, partnerId) {
        return [[partnerId], ...(resId ? [resModel, resId] : [])];
    }

    async load(record) {
        this.key = this.keyOf(record);
        const partnerId = this.partnerIdOf(record);
        if (!partnerId) {
            this.state.card = null;
            return;
        }
        try {
            const args = this.argumentsOf(record, partnerId);
            this.setCard(
                await this.keepLast.add(
                    this.orm.silent.call("res.partner", "sync_contact_card", args)
                )
            );
        } catch (error) {
            Object.assign(this.state, { card: null, error: errorMessage(error) });
        }
    }

    setCard(card) {
        Object.assign(this.state, { card: card.is_customer ? markRaw(card) : null, error: "" });
    }

    async giveReason(reason) {
        const { record } = this.props;
        const [ids, ...document] = this.argumentsOf(record, this.partnerIdOf(record));
        this.setCard(
            await this.orm.call("res.partner", "sync_contact_override", [ids, reason, ...document])
        );
    }
}

export const contactCardWidget = {
    component: ContactCardWidget,
    extractProps: ({ options }) => ({ partnerField: options.partner_field }),
    fieldDependencies: ({ options }) => [
        { name: "write_date", type: "datetime" },
        ...(options.partner_field
            ? [{ name: options.partner_field, type: "many2one", relation: "res.partner" }]
            : []),
    ],
};

registry.category("view_widgets").add("crm_sync_contact_card", contactCardWidget);
