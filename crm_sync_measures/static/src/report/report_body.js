import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { openRecordLink } from "../core/utils/record_link";

/**
 * What a report says, as the server has made it: the same text that is printed. A click on a record opens it as an action,
 * so that the way back leads to the report.
 */
export class ReportBody extends Component {
    static template = "crm_sync_measures.ReportBody";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
    }

    /** Markup is an object: empty, it is true all the same. */
    get html() {
        const html = this.props.record.data[this.props.name];
        return html && html.toString() ? html : false;
    }

    onClick(ev) {
        openRecordLink(ev, this.action);
    }
}

export const reportBody = {
    component: ReportBody,
    displayName: _t("Report"),
    supportedTypes: ["html"],
};

registry.category("fields").add("sync_report_body", reportBody);
