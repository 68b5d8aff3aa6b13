import { Component, markRaw, onMounted, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { router, startUrl } from "@web/core/browser/router";
import { CopyButton } from "@web/core/copy_button/copy_button";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { errorMessage } from "../../core/utils/error_message";
import { ScoreRows } from "./score_rows";
import { ScoreTrend } from "./score_trend";
import { changeText, oneDigit, place, scoreText } from "./score_words";
import { SurveyComments } from "./survey_comments";

const SCORES = "crm.sync.score";
const INVITATIONS = "crm.sync.survey.invitation";
const LISTS = { [SCORES]: ["list", "graph", "pivot", "form"], [INVITATIONS]: ["list", "form"] };
const TONES = { high: "bg-success", middle: "bg-warning", low: "bg-danger" };

/** What is chosen on the page, as it stands in the address: a wave or days, and one vote for each account. */
function chosenIn(state) {
    const number = (value) => (Number.isInteger(value) ? value : null);
    return { wave: number(state.wave), days: number(state.days), by_account: Boolean(state.accounts) };
}

/**
 * The results of a survey program. The program and what is chosen stay in the address: it is a link for colleagues, who
 * see what they may read. Every number leads to exactly the records it counts, since the server sends their domain with
 * it; of anonymous answers there is none.
 */
export class SurveyResults extends Component {
    static template = "crm_sync_measures.SurveyResults";
    static components = { CopyButton, Layout, ScoreRows, ScoreTrend, SurveyComments };
    static props = { ...standardActionServiceProps };
    static displayName = _t("Results");
    static path = "survey-results";

    setup() {
        const { action, resId, state } = this.props;
        this.action = useService("action");
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.rootRef = useRef("root");
        this.display = { controlPanel: {} };
        this.programId = Number(action.params?.program_id || resId || action.context.active_id || 0);
        this.state = useState({
            page: null,
            programs: null,
            chosen: state?.chosen || chosenIn(action.params?.program_id ? {} : router.current),
            segment: state?.segment || "",
            error: "",
            isLoading: false,
        });
        this.env.config.setDisplayName(_t("Results"));
        if (this.programId) {
            this.props.updateActionState?.({ resId: this.programId, active_id: false });
        }
        useSetupAction({
            rootRef: this.rootRef,
            getLocalState: () => ({ chosen: { ...this.state.chosen }, segment: this.state.segment }),
        });
        onMounted(() => this.load());
    }

    async load() {
        this.state.isLoading = true;
        this.state.error = "";
        try {
            await (this.programId ? this.loadPage() : this.loadPrograms());
        } catch (error) {
            this.state.page = null;
            this.state.error = errorMessage(error);
        }
        this.state.isLoading = false;
    }

    async loadPage() {
        const page = await this.keepLast.add(
            this.orm.call("crm.sync.survey.program", "results_page", [[this.programId]], { ...this.state.chosen })
        );
        this.state.page = markRaw(page);
        this.env.config.setDisplayName(_t("Results · %(program)s", { program: page.program.name }));
    }

    /** Nobody has said which program: those that have asked. */
    async loadPrograms() {
        this.state.programs = await this.keepLast.add(
            this.orm.searchRead("crm.sync.survey.program", [["state", "!=", "draft"]], ["name", "done_count"])
        );
    }

    openResults(id) {
        return this.action.doAction({
            type: "ir.actions.client",
            tag: "crm_sync_measures.survey_results",
            path: "survey-results",
            params: { program_id: id },
        });
    }

    /** @param {Object} change of what is chosen */
    choose(change) {
        Object.assign(this.state.chosen, change);
        this.props.updateActionState?.(this.inAddress);
        return this.load();
    }

    chooseTime(ev) {
        return this.choose({ [this.page.waves.length ? "wave" : "days"]: Number(ev.target.value) });
    }

    // ---------------------------------------------------------------- address

    get inAddress() {
        const { wave, days, by_account } = this.state.chosen;
        return { wave: wave ?? undefined, days: days ?? undefined, accounts: by_account ? 1 : undefined };
    }

    get query() {
        const chosen = Object.entries(this.inAddress).filter(([, value]) => value !== undefined);
        return chosen.length ? `?${new URLSearchParams(chosen)}` : "";
    }

    /** What a colleague opens to see the same. */
    get link() {
        return `${browser.location.origin}/${startUrl()}/survey-results/${this.programId}${this.query}`;
    }

    get workbook() {
        return `/crm_sync_measures/survey_results/${this.programId}${this.query}`;
    }

    // ---------------------------------------------------------------- what is shown

    get page() {
        return this.state.page;
    }

    get isEmpty() {
        const { score, response, trend } = this.page;
        return !score.answers && !response.invited && !trend.length;
    }

    get times() {
        const { waves, periods } = this.page;
        if (waves.length) {
            return [...waves.map((wave) => [wave, _t("Wave %s", wave)]), [0, _t("All waves")]];
        }
        return periods.map((days) => [days, days ? _t("Last %s days", days) : _t("All times")]);
    }

    get time() {
        const { filter, waves } = this.page;
        const { wave, days } = this.state.chosen;
        return waves.length ? (wave ?? filter.wave) : (days ?? filter.days);
    }

    get metric() {
        return this.page.program.metric;
    }

    get figure() {
        return scoreText(this.metric, this.page.score.figure);
    }

    get interval() {
        const { low, high, margin } = this.page.score;
        return this.metric === "nps"
            ? `± ${oneDigit(margin)}`
            : _t("%(low)s to %(high)s", { low: oneDigit(low), high: oneDigit(high) });
    }

    get mean() {
        const { mean, mean_margin } = this.page.score;
        if (mean === false || this.metric === "nps") {
            return "";
        }
        const average = mean_margin ? `${oneDigit(mean)} ± ${oneDigit(mean_margin)}` : oneDigit(mean);
        return _t("%s on average", average);
    }

    get change() {
        return changeText(this.page.score, this.metric);
    }

    get changeSign() {
        const { figure, previous, is_signal } = this.page.score;
        if (!is_signal) {
            return "fa-arrows-h text-muted";
        }
        return figure > previous ? "fa-arrow-up text-success" : "fa-arrow-down text-danger";
    }

    get scoreBar() {
        const { low, high } = this.page.score;
        const from = place(this.metric, low);
        return `left: ${from}%; width: ${Math.max(0.5, place(this.metric, high) - from)}%;`;
    }

    get scoreDot() {
        return `left: ${place(this.metric, this.page.score.figure)}%;`;
    }

    /** Lines of the table of numbers; the longest bar is the number given most. */
    get values() {
        const most = Math.max(1, ...this.page.values.map(({ count }) => count));
        return this.page.values
            .map((row) => ({
                ...row,
                tone: TONES[this.page.bands.find((band) => row.value >= band.from && row.value <= band.to).code],
                width: `width: ${(100 * row.count) / most}%;`,
            }))
            .reverse();
    }

    tone({ code }) {
        return TONES[code];
    }

    oneDigit(value) {
        return oneDigit(value);
    }

    get segment() {
        const { segments } = this.page;
        return segments.find(({ code }) => code === this.state.segment) || segments[0];
    }

    get newestFirst() {
        return [...this.page.trend].reverse();
    }

    get hasBand() {
        return this.page.trend.filter(({ is_enough }) => is_enough).length > 1;
    }

    biasText({ label, bias, rate, others }) {
        const values = { segment: label, rate: `${oneDigit(rate)} %`, others: `${oneDigit(others)} %` };
        return bias < 0
            ? _t("%(segment)s: %(rate)s have answered, of the others %(others)s. The score says less about them.", values)
            : _t("%(segment)s: %(rate)s have answered, of the others %(others)s. The score says more about them.", values);
    }

    biased({ rows }) {
        return rows.filter(({ bias }) => bias);
    }

    // ---------------------------------------------------------------- records

    /** The records behind a number, and no filter of ours: as many rows as it says. */
    open(model, name, domain, ev, context = {}) {
        if (!domain) {
            return;
        }
        const newWindow = Boolean(ev && (ev.ctrlKey || ev.metaKey || ev.button === 1));
        const views = LISTS[model].map((view) => [false, view]);
        return this.action.doAction(
            {
                type: "ir.actions.act_window",
                name: `${this.page.program.name} · ${name}`,
                res_model: model,
                views,
                domain,
                context,
            },
            { newWindow }
        );
    }

    /** By customer, where customers have the votes. */
    openScores({ label, domain }, ev) {
        const context = this.page.filter.by_account ? { group_by: ["commercial_partner_id"] } : {};
        return this.open(SCORES, label || _t("Answers"), domain, ev, context);
    }

    openAnswers({ label, domain }, ev) {
        return this.open(SCORES, label, domain, ev);
    }

    openInvitations({ label, domain }, ev) {
        return this.open(INVITATIONS, label, domain, ev);
    }

    openComment({ id }) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: SCORES,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    openProgram() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "crm.sync.survey.program",
            res_id: this.programId,
            views: [[false, "form"]],
        });
    }

    openPrograms() {
        return this.action.doAction("crm_sync_measures.crm_sync_survey_program_action");
    }
}

registry.category("actions").add("crm_sync_measures.survey_results", SurveyResults);
