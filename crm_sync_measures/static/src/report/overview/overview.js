import { Component, onMounted, useRef, useState } from "@odoo/owl";
import { deserializeDate, deserializeDateTime, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { errorMessage } from "../../core/utils/error_message";
import { relativeTime } from "../../core/utils/moments";
import { FirstSteps } from "../first_steps/first_steps";
import { OverviewTile } from "./overview_tile";

// Tiles of a section that are shown before somebody asks for the rest.
const FIRST = 6;

/**
 * The first page of the app: the KPIs of the reader's role and department, with
 * what has changed, and what is to be done about it. Every number opens what it
 * was made of. The server chooses and words all of it; nothing is computed here.
 */
export class Overview extends Component {
    static template = "crm_sync_measures.Overview";
    static components = { FirstSteps, Layout, OverviewTile };
    static props = { ...standardActionServiceProps };
    static displayName = _t("Overview");

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.rootRef = useRef("root");
        this.display = { controlPanel: {} };
        this.state = useState({ page: null, error: "", isLoading: false, unfolded: {} });
        this.env.config.setDisplayName(_t("Overview"));
        useSetupAction({ rootRef: this.rootRef });
        onMounted(() => this.load());
    }

    async load() {
        this.state.isLoading = true;
        try {
            this.state.page = await this.keepLast.add(this.orm.call("crm.sync.overview", "overview_data"));
            this.state.error = "";
        } catch (error) {
            this.state.error = errorMessage(error);
        }
        this.state.isLoading = false;
    }

    get measured() {
        const { measured_at: moment } = this.state.page;
        return moment ? _t("Measured %s", relativeTime(deserializeDateTime(moment))) : "";
    }

    // ---------------------------------------------------------------- sections

    /** What somebody has pinned is there at once. */
    isFolded({ code, tiles }) {
        return code !== "pinned" && tiles.length > FIRST && !this.state.unfolded[code];
    }

    tiles(section) {
        return this.isFolded(section) ? section.tiles.slice(0, FIRST) : section.tiles;
    }

    allText({ tiles }) {
        return _t("Show all %s", tiles.length);
    }

    unfold({ code }) {
        this.state.unfolded[code] = true;
    }

    async pin(tile) {
        try {
            await this.orm.call("crm.sync.overview", "set_pin", [tile.kpi_id, !tile.is_pinned]);
        } catch (error) {
            this.state.error = errorMessage(error);
            return;
        }
        return this.load();
    }

    // ---------------------------------------------------------------- lists

    day({ day }) {
        return day ? formatDate(deserializeDate(day)) : "";
    }

    get goodSignal() {
        return _t("Favourable");
    }

    get badSignal() {
        return _t("Unfavourable");
    }

    countText({ count, is_more: isMore }) {
        return isMore ? `${count}+` : `${count}`;
    }

    openRecord(model, { id }) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    openAll(action) {
        return this.action.doAction(`crm_sync_measures.${action}`);
    }

    openUnowned() {
        return this.action.doAction("crm_sync_measures.crm_sync_kpi_action", {
            additionalContext: { search_default_unowned: 1 },
        });
    }

    openTours() {
        return this.action.doAction("crm_sync_measures.crm_sync_tour_action");
    }

    openBoards() {
        return this.action.doAction("spreadsheet_dashboard.ir_actions_dashboard_action");
    }

    async measure() {
        try {
            const action = await this.orm.call("crm.sync.overview", "action_measure");
            return await this.action.doAction(action);
        } catch (error) {
            this.state.error = errorMessage(error);
        }
    }
}

registry.category("actions").add("crm_sync_measures.overview", Overview);
