import { Component, onMounted, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { errorMessage } from "../../core/utils/error_message";

/** Numbers that want somebody to do something, with the sign that says so beside the colour. */
const SIGNS = {
    breached: { tone: "text-danger", icon: "fa-exclamation-triangle" },
    due_today: { tone: "text-warning-emphasis", icon: "fa-clock-o" },
    unassigned: { tone: "text-warning-emphasis", icon: "fa-user-times" },
};
const LIST = ["list", "kanban", "form", "calendar", "activity", "pivot", "graph"];

/**
 * What stands open in each department. Every number is a link to exactly the cases it counts: the server sends their
 * domain with it.
 */
export class CaseTeam extends Component {
    static template = "crm_sync_measures.CaseTeam";
    static components = { Layout };
    static props = { ...standardActionServiceProps };
    static displayName = _t("Team");

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.rootRef = useRef("root");
        this.display = { controlPanel: {} };
        this.state = useState({ departments: null, error: "", isLoading: false });
        this.env.config.setDisplayName(_t("Team"));
        useSetupAction({ rootRef: this.rootRef });
        onMounted(() => this.load());
    }

    async load() {
        this.state.isLoading = true;
        try {
            const page = await this.keepLast.add(this.orm.call("crm.sync.case", "team_page"));
            this.state.departments = page.departments;
            this.state.error = "";
        } catch (error) {
            this.state.error = errorMessage(error);
        }
        this.state.isLoading = false;
    }

    signOf({ code, value }) {
        return (value && SIGNS[code]) || {};
    }

    isEmpty({ numbers, verdict }) {
        return !verdict.count && numbers.every(({ value }) => !value);
    }

    verdictText({ verdict }) {
        return verdict.count ? verdict.average.toLocaleString(undefined, { minimumFractionDigits: 1 }) : "–";
    }

    /** The cases behind a number, and no filter of ours: as many rows as it says. */
    open(department, { label, domain }, ev, first = "list") {
        const newWindow = ev.ctrlKey || ev.metaKey || ev.button === 1;
        const views = [first, ...LIST.filter((view) => view !== first)];
        this.action.doAction(
            {
                type: "ir.actions.act_window",
                name: label ? `${department.name} · ${label}` : department.name,
                res_model: "crm.sync.case",
                views: views.map((view) => [false, view]),
                domain,
                context: { default_department_id: department.id },
            },
            { newWindow }
        );
    }

    create() {
        this.action.doAction("crm_sync_measures.crm_sync_case_open_action");
    }
}

registry.category("actions").add("crm_sync_measures.case_team", CaseTeam);
