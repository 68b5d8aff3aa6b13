import * as spreadsheet from "@odoo/o-spreadsheet";
import { patch } from "@web/core/utils/patch";

const VALUES = "crm.sync.kpi.value";

/**
 * A score card of our boards opens the figures it was taken from: those of its KPI, in
 * the time that is chosen. Odoo knows a menu for it only, which would open all of them.
 */
patch(spreadsheet.components.ScorecardChart.prototype, {
    async onClick() {
        const list = this.env.isDashboard() && this.syncList;
        if (!list) {
            return super.onClick();
        }
        const { getters } = this.env.model;
        return this.actionService.doAction({
            type: "ir.actions.act_window",
            name: list.name,
            res_model: VALUES,
            views: ["list", "graph", "pivot", "form"].map((view) => [false, view]),
            domain: getters.getListComputedDomain(list.id),
        });
    },

    /** The list of KPI values that the card shows a figure of, if it is such a card. */
    get syncList() {
        const { getters } = this.env.model;
        const { keyValue } = getters.getChartDefinition(this.props.chartId);
        const sheet = getters.getActiveSheetId();
        const range = keyValue && getters.getRangeFromSheetXC(sheet, keyValue);
        if (!range || range.invalidXc) {
            return undefined;
        }
        const position = { sheetId: range.sheetId, col: range.zone.left, row: range.zone.top };
        const id = getters.getListIdFromPosition(position);
        const list = id && getters.getListDefinition(id);
        return list?.model === VALUES ? list : undefined;
    },
});
