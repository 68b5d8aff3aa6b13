import { Component, onMounted, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { errorMessage } from "../../core/utils/error_message";

/**
 * What a manager does first: a card for each step that is told done or not by the
 * data. A template makes a real record and opens it. When all is done, or somebody
 * has put them away, nothing is shown but a way back.
 */
export class FirstSteps extends Component {
    static template = "crm_sync_measures.FirstSteps";
    static props = {};

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.key = `crm_sync_start_hidden:${user.userId}`;
        const isHidden = Boolean(browser.localStorage.getItem(this.key));
        this.state = useState({ page: null, error: "", isBusy: false, isHidden });
        onMounted(() => this.load());
    }

    async load() {
        try {
            this.state.page = await this.orm.call("crm.sync.start", "start_data");
        } catch (error) {
            this.state.error = errorMessage(error);
        }
    }

    get isOver() {
        const { done, steps } = this.state.page;
        return done === steps.length;
    }

    get doneText() {
        const { done, steps } = this.state.page;
        return _t("%(done)s of %(count)s done", { done, count: steps.length });
    }

    stateText(step) {
        return step.is_done ? _t("Done") : _t("To do");
    }

    async begin(step, choice) {
        this.state.isBusy = true;
        try {
            const action = await this.orm.call(...step.call, [choice.code]);
            await this.action.doAction(action);
        } catch (error) {
            this.state.error = errorMessage(error);
        }
        this.state.isBusy = false;
    }

    open(link) {
        // A dialog leaves the page where it is.
        return this.action.doAction(link.action, { onClose: () => this.load() });
    }

    /** For whoever works here, in this browser. */
    hide(isHidden) {
        if (isHidden) {
            browser.localStorage.setItem(this.key, "1");
        } else {
            browser.localStorage.removeItem(this.key);
        }
        this.state.isHidden = isHidden;
    }
}
