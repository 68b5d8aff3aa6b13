import { Component, markRaw, onWillUnmount, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** A subject of fewer characters finds anything. */
const SHORTEST = 2;

/**
 * How cases like this one were solved: `<widget name="crm_sync_similar_cases"/>`
 * in the form of a case, with `options="{'text_field': 'text'}"` where what the
 * customer says is another field. While a case is written down, it is asked for
 * anew when its words change; the form does not wait for it.
 */
export class SimilarCases extends Component {
    static template = "crm_sync_measures.SimilarCases";
    static props = {
        ...standardWidgetProps,
        textField: { type: String, optional: true },
    };
    static defaultProps = { textField: "description" };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.state = useState({ cases: markRaw([]) });
        this.loadLater = useDebounced(() => this.load(), 500);
        onWillUnmount(() => (this.isGone = true));
        useRecordObserver((record) => {
            const key = JSON.stringify(this.questionOf(record));
            if (key !== this.key) {
                const isFirst = this.key === undefined;
                this.key = key;
                isFirst ? this.load() : this.loadLater();
            }
        });
    }

    get isCase() {
        return this.props.record.resModel === "crm.sync.case";
    }

    get canUse() {
        const { resId, data } = this.props.record;
        return this.isCase && Boolean(resId) && data.can_change && data.is_open;
    }

    questionOf({ data, resId }) {
        return {
            subject: data.name || "",
            text: String(data[this.props.textField] || ""),
            product_id: data.product_id?.id || false,
            company_id: data.company_id?.id || false,
            case_id: (this.isCase && resId) || false,
        };
    }

    async load() {
        const question = JSON.parse(this.key);
        if (`${question.subject}${question.text}`.length < SHORTEST) {
            this.state.cases = markRaw([]);
            return;
        }
        try {
            const cases = await this.keepLast.add(
                this.orm.silent.call("crm.sync.case", "sync_similar", [], question)
            );
            if (!this.isGone) {
                this.state.cases = markRaw(cases);
            }
        } catch {
            // Help that cannot be had is no reason to disturb who writes a case down.
            this.state.cases = markRaw([]);
        }
    }

    /** Opened beside this one, which may not be saved yet. */
    linkOf(similar) {
        return `/odoo/sync-cases/${similar.id}`;
    }

    async use(similar) {
        const { record } = this.props;
        if (await record.save()) {
            const action = await this.orm.call("crm.sync.case", "action_use_solution", [
                [record.resId],
                similar.id,
            ]);
            await this.action.doAction(action, { onClose: () => record.load() });
        }
    }
}

export const similarCases = {
    component: SimilarCases,
    extractProps: ({ options }) => (options.text_field ? { textField: options.text_field } : {}),
};

registry.category("view_widgets").add("crm_sync_similar_cases", similarCases);
