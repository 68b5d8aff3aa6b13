import { Component, onMounted, onWillUpdateProps, useEffect, useRef } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useSetupAction } from "@web/search/action_hook";
import { groupByDay } from "../utils/moments";
import { TimelineEvent } from "./timeline_event";
import { TimelineFilters } from "./timeline_filters";
import { hasFilters, noFilters, useTimeline } from "./timeline_hook";

/**
 * All that happened with one customer, day by day, newest first.
 *
 * `version` may be any value: the list refreshes itself, filters kept, when it
 * changes. A change of `partnerId` needs a new component (`t-key`).
 */
export class Timeline extends Component {
    static template = "crm_sync_measures.Timeline";
    static components = { TimelineEvent, TimelineFilters };
    static props = {
        partnerId: Number,
        options: { type: Object, optional: true },
        version: { optional: true },
        /** older events come by scrolling, not only by the button */
        autoLoad: { type: Boolean, optional: true },
        /** given only when the user may log a contact */
        onLogContact: { type: Function, optional: true },
        snapshot: { type: Object, optional: true },
    };
    static defaultProps = { options: {}, autoLoad: false };

    setup() {
        this.timeline = useTimeline(this.props.partnerId, this.props.snapshot);
        this.state = this.timeline.state;
        this.olderRef = useRef("older");

        useSetupAction({
            getLocalState: () => ({ crmSyncTimeline: this.timeline.exportSnapshot() }),
        });
        // Not in onWillStart: the screen shows at once and the events follow, and a
        // component made twice before it is mounted asks only once.
        onMounted(() => this.timeline.load({ keepLength: Boolean(this.props.snapshot) }));
        onWillUpdateProps((nextProps) => {
            if (nextProps.version !== this.props.version) {
                this.timeline.load({ keepLength: true });
            }
        });
        useEffect(
            (el) => {
                if (!el) {
                    return;
                }
                const observer = new IntersectionObserver((entries) => {
                    if (entries.some((entry) => entry.isIntersecting)) {
                        this.timeline.loadMore();
                    }
                });
                observer.observe(el);
                return () => observer.disconnect();
            },
            // observed anew after each page: the button may still be in sight
            () => [this.canAutoLoad && this.olderRef.el, this.state.events.length]
        );
    }

    get canAutoLoad() {
        return this.props.autoLoad && !this.state.isLoading && !this.state.moreError;
    }

    get days() {
        return groupByDay(this.state.events);
    }

    get hasFilters() {
        return hasFilters(this.state.filters);
    }

    /** Said to screen readers after each load. */
    get announcement() {
        if (this.state.isLoading || this.state.isLoadingMore) {
            return _t("Loading…");
        }
        return _t("Events shown: %(count)s", { count: this.state.events.length });
    }

    clearFilters() {
        this.timeline.setFilters(noFilters());
    }
}
