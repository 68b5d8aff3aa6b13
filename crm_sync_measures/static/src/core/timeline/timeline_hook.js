import { markRaw, useState } from "@odoo/owl";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { deepEqual } from "@web/core/utils/objects";
import { errorMessage } from "../utils/error_message";

export const PAGE_SIZE = 40;
// A silent refresh asks again for all that is on screen, but not for more than this.
const REFRESH_MAX = 200;

/**
 * @typedef {{
 *  kinds: string[],
 *  channels: string[],
 *  department_ids: number[],
 *  person_ids: number[],
 *  date_from: string | false,
 *  date_to: string | false,
 *  search: string,
 * }} TimelineFilterValues
 */

/** @returns {TimelineFilterValues} */
export function noFilters() {
    return {
        kinds: [],
        channels: [],
        department_ids: [],
        person_ids: [],
        date_from: false,
        date_to: false,
        search: "",
    };
}

/**
 * @param {TimelineFilterValues} filters
 * @returns {boolean}
 */
export function hasFilters(filters) {
    return Object.values(filters).some((value) => (Array.isArray(value) ? value.length : value));
}

/**
 * The events of one customer, newest first, page by page.
 *
 * Only the answer to the last question counts: a filter changed while an older
 * answer is on its way can never show events of the older filter, and no event
 * is shown twice.
 *
 * @param {number} partnerId
 * @param {{ filters: TimelineFilterValues, events: object[], cursor: string | false }} [snapshot]
 *  what `exportSnapshot` gave when the user left the screen
 */
export function useTimeline(partnerId, snapshot) {
    const orm = useService("orm");
    const keepLast = new KeepLast();

    const state = useState({
        events: (snapshot?.events || []).map(markRaw),
        cursor: snapshot?.cursor || false,
        filters: snapshot?.filters || noFilters(),
        isLoading: true, // `load` is to be called when mounted
        isLoadingMore: false,
        error: "",
        moreError: "",
    });

    function fetchEvents(cursor, limit) {
        const { filters } = state;
        return keepLast.add(
            orm.call("res.partner", "sync_timeline", [[partnerId]], {
                filters: {
                    ...filters,
                    kinds: [...filters.kinds],
                    channels: [...filters.channels],
                    department_ids: [...filters.department_ids],
                    person_ids: [...filters.person_ids],
                },
                cursor,
                limit,
            })
        );
    }

    /** Loads from the newest event on; `keepLength` asks for as many as are shown now. */
    async function load({ keepLength = false } = {}) {
        const shown = keepLength ? state.events.length : 0;
        const limit = Math.min(Math.max(PAGE_SIZE, shown), REFRESH_MAX);
        Object.assign(state, { isLoading: true, isLoadingMore: false, error: "", moreError: "" });
        try {
            const { events, cursor } = await fetchEvents(false, limit);
            Object.assign(state, { events: events.map(markRaw), cursor, isLoading: false });
        } catch (error) {
            Object.assign(state, {
                events: [],
                cursor: false,
                isLoading: false,
                error: errorMessage(error),
            });
        }
    }

    async function loadMore() {
        if (!state.cursor || state.isLoading || state.isLoadingMore) {
            return;
        }
        Object.assign(state, { isLoadingMore: true, moreError: "" });
        try {
            const { events, cursor } = await fetchEvents(state.cursor, PAGE_SIZE);
            const known = new Set(state.events.map((event) => event.key));
            state.events.push(...events.filter((event) => !known.has(event.key)).map(markRaw));
            state.cursor = cursor;
        } catch (error) {
            state.moreError = errorMessage(error);
        }
        state.isLoadingMore = false;
    }

    /** @param {Partial<TimelineFilterValues>} patch */
    async function setFilters(patch) {
        const filters = { ...state.filters, ...patch };
        if (!deepEqual(filters, state.filters)) {
            state.filters = filters;
            await load();
        }
    }

    function exportSnapshot() {
        return {
            events: [...state.events],
            cursor: state.cursor,
            filters: { ...state.filters },
        };
    }

    return { state, load, loadMore, setFilters, exportSnapshot };
}
