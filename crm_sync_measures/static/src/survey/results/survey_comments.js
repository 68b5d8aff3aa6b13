import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { errorMessage } from "../../core/utils/error_message";
import { absoluteTime, relativeTime } from "../../core/utils/moments";

const TYPING = 300;
const PAGE = 20;

/** What customers have said, newest first, with a search for words, themes and parts of the scale. */
export class SurveyComments extends Component {
    static template = "crm_sync_measures.SurveyComments";
    static props = {
        programId: Number,
        /** `wave` and `days`, as the page has them */
        filter: Object,
        bands: Array,
        themes: Array,
        onOpen: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.state = useState({ search: "", band: "", theme: 0, comments: [], total: 0, isLoading: false, error: "" });
        this.onSearch = useDebounced(() => this.load(), TYPING);
        onWillStart(() => this.load());
        onWillUpdateProps((next) => {
            // Its page is drawn anew for many reasons.
            if (next.filter !== this.props.filter) {
                this.load(next);
            }
        });
    }

    /** @param {Object} [props] those that come, where they do */
    async load(props = this.props, offset = 0) {
        const { search, band, theme } = this.state;
        const { wave, days } = props.filter;
        this.state.isLoading = true;
        try {
            const told = await this.keepLast.add(
                this.orm.call("crm.sync.survey.program", "results_comments", [[props.programId]], {
                    wave: wave === false ? null : wave,
                    days: days === false ? null : days,
                    search: search || null,
                    band: band || null,
                    theme: theme || null,
                    offset,
                    limit: PAGE,
                })
            );
            this.state.comments = offset ? [...this.state.comments, ...told.comments] : told.comments;
            this.state.total = told.total;
            this.state.error = "";
        } catch (error) {
            this.state.error = errorMessage(error);
        }
        this.state.isLoading = false;
    }

    loadMore() {
        return this.load(this.props, this.state.comments.length);
    }

    toggleTheme(id) {
        this.state.theme = this.state.theme === id ? 0 : id;
        return this.load();
    }

    when({ at }) {
        return relativeTime(deserializeDateTime(at));
    }

    exactly({ at }) {
        return absoluteTime(deserializeDateTime(at));
    }

    tone({ band }) {
        return { high: "text-bg-success", middle: "text-bg-warning", low: "text-bg-danger" }[band];
    }
}
