import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { CustomerPage } from "./customer_page";

/**
 * The customer's page inside a form: `<widget name="crm_sync_customer_page"/>` in
 * the form of a contact, and with `options="{'partner_field': 'partner_id'}"` in
 * any form whose record points to one. Put into a notebook page it asks the
 * server for nothing until that page is opened.
 */
export class CustomerPageWidget extends Component {
    static template = "crm_sync_measures.CustomerPageWidget";
    static components = { CustomerPage };
    static props = {
        ...standardWidgetProps,
        partnerField: { type: String, optional: true },
    };

    get partnerId() {
        const { record, partnerField } = this.props;
        const id = partnerField ? record.data[partnerField]?.id : record.resId;
        return typeof id === "number" ? id : false;
    }

    get leadId() {
        const { record } = this.props;
        return record.resModel === "crm.lead" && record.resId;
    }

    /** Another value after each save of the record. */
    get version() {
        const { write_date } = this.props.record.data;
        return write_date ? write_date.toMillis() : 0;
    }

    get emptySentence() {
        return this.props.partnerField
            ? _t("Choose a customer to see the history.")
            : _t("Save the contact first: the history starts then.");
    }
}

export const customerPageWidget = {
    component: CustomerPageWidget,
    extractProps: ({ options }) => ({ partnerField: options.partner_field }),
    fieldDependencies: ({ options }) => [
        { name: "write_date", type: "datetime" },
        ...(options.partner_field
            ? [{ name: options.partner_field, type: "many2one", relation: "res.partner" }]
            : []),
    ],
    supportedOptions: [
        {
            label: _t("Customer field"),
            name: "partner_field",
            type: "field",
            availableTypes: ["many2one"],
        },
    ],
};

registry.category("view_widgets").add("crm_sync_customer_page", customerPageWidget);
