import { Component, markRaw, onWillStart, useEffect, useRef, useState } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { errorMessage } from "../../core/utils/error_message";
import { controlConfig, numberedSignals } from "./control_chart_config";

/**
 * The control chart in the form of a KPI: `<widget name="sync_control_chart"/>`.
 * Put into a notebook page it asks the server for nothing until that page is
 * opened; it is asked for anew after each save. The same figures are below it as
 * a table, for whoever does not see the picture.
 */
export class ControlChart extends Component {
    static template = "crm_sync_measures.ControlChart";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.canvas = useRef("canvas");
        this.keepLast = new KeepLast();
        this.state = useState({ told: null, error: "", scope: "company", company: false });
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useRecordObserver((record) => {
            const key = `${record.resId},${record.data.write_date?.toMillis() ?? 0}`;
            if (key !== this.key) {
                this.key = key;
                this.load(record);
            }
        });
        useEffect(
            (canvas, told) => {
                if (canvas && told) {
                    const chart = new Chart(
                        canvas,
                        controlConfig(told, (point) => this.openDocuments(point))
                    );
                    return () => chart.destroy();
                }
            },
            () => [this.canvas.el, this.state.told]
        );
    }

    async load(record = this.props.record) {
        if (!record.resId) {
            Object.assign(this.state, { told: null, error: "" });
            return;
        }
        try {
            const told = await this.keepLast.add(
                this.orm.silent.call("crm.sync.kpi", "chart_data", [
                    [record.resId],
                    this.state.scope,
                    this.state.company,
                ])
            );
            Object.assign(this.state, {
                told: markRaw(told),
                error: "",
                company: told.company.id,
            });
        } catch (error) {
            Object.assign(this.state, { told: null, error: errorMessage(error) });
        }
    }

    get signals() {
        return numberedSignals(this.state.told.points);
    }

    /** The picture in a sentence. */
    get summary() {
        const { kpi, scope, points, sentence } = this.state.told;
        return _t("Control chart of %(kpi)s, %(scope)s: %(count)s figures, %(signals)s signals. %(sentence)s", {
            kpi: kpi.name,
            scope: scope.name,
            count: points.length,
            signals: this.signals.length,
            sentence,
        });
    }

    onScope(event) {
        this.state.scope = event.target.value;
        return this.load();
    }

    onCompany(event) {
        Object.assign(this.state, { company: Number(event.target.value), scope: "company" });
        return this.load();
    }

    async openDocuments(point) {
        const action = await this.orm.call("crm.sync.kpi.value", "action_documents", [[point.id]]);
        return action && this.action.doAction(action);
    }

    openSignal(signal) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "crm.sync.kpi.signal",
            res_id: signal.id,
            views: [[false, "form"]],
        });
    }
}

export const controlChart = {
    component: ControlChart,
    fieldDependencies: [{ name: "write_date", type: "datetime" }],
};

registry.category("view_widgets").add("sync_control_chart", controlChart);
