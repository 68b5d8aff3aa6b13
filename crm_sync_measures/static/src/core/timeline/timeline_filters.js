import { Component, onWillUpdateProps, useState } from "@odoo/owl";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { CheckboxItem } from "@web/core/dropdown/checkbox_item";
import { deserializeDate, formatDate, serializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { hasFilters, noFilters } from "./timeline_hook";

const SEARCH_DELAY = 300;

let nextId = 1;

/**
 * The filter bar of the timeline: it owns no filter, it only asks for a change.
 * On a phone everything but the text search waits behind one button.
 */
export class TimelineFilters extends Component {
    static template = "crm_sync_measures.TimelineFilters";
    static components = { CheckboxItem, DateTimeInput, Dropdown };
    static props = {
        filters: Object,
        options: {
            type: Object,
            shape: {
                kinds: { type: Array, optional: true },
                channels: { type: Array, optional: true },
                departments: { type: Array, optional: true },
                persons: { type: Array, optional: true },
            },
        },
        onChange: Function,
    };

    setup() {
        this.ui = useService("ui");
        this.id = `o_crm_sync_filters_${nextId++}`;
        this.state = useState({ search: this.props.filters.search, isOpen: false });
        this.searchLater = useDebounced(this.applySearch, SEARCH_DELAY);
        onWillUpdateProps(({ filters }) => {
            if (filters.search !== this.props.filters.search) {
                this.state.search = filters.search;
            }
        });
    }

    /** The multi-choice filters, in the order of the bar. */
    get choices() {
        const { kinds, channels, departments, persons } = this.props.options;
        const valued = (options = []) => options;
        const named = (options = []) => options.map(({ id, name }) => ({ value: id, label: name }));
        return [
            { name: "kinds", label: _t("Kind"), icon: "fa-tags", options: valued(kinds) },
            {
                name: "channels",
                label: _t("Channel"),
                icon: "fa-exchange",
                options: valued(channels),
            },
            {
                name: "department_ids",
                label: _t("Department"),
                icon: "fa-sitemap",
                options: named(departments),
            },
            { name: "person_ids", label: _t("Person"), icon: "fa-user", options: named(persons) },
        ].filter((choice) => choice.options.length);
    }

    get dates() {
        const { date_from, date_to } = this.props.filters;
        return {
            from: date_from ? deserializeDate(date_from) : false,
            to: date_to ? deserializeDate(date_to) : false,
        };
    }

    /** What is switched on, each with the change that switches it off again. */
    get chips() {
        const { filters } = this.props;
        const { from, to } = this.dates;
        const chips = [];
        if (filters.search) {
            chips.push({
                key: "search",
                icon: "fa-search",
                label: filters.search,
                without: { search: "" },
            });
        }
        for (const { name, label, icon, options } of this.choices) {
            for (const option of options) {
                if (filters[name].includes(option.value)) {
                    chips.push({
                        key: `${name}-${option.value}`,
                        icon: option.icon || icon,
                        kind: label,
                        label: option.label,
                        without: { [name]: filters[name].filter((v) => v !== option.value) },
                    });
                }
            }
        }
        if (from) {
            chips.push({
                key: "date_from",
                icon: "fa-calendar",
                label: _t("From %(date)s", { date: formatDate(from) }),
                without: { date_from: false },
            });
        }
        if (to) {
            chips.push({
                key: "date_to",
                icon: "fa-calendar",
                label: _t("Until %(date)s", { date: formatDate(to) }),
                without: { date_to: false },
            });
        }
        return chips;
    }

    get hasFilters() {
        return hasFilters(this.props.filters);
    }

    /** How many filters hide behind the button of the phone. */
    get hiddenCount() {
        return this.chips.filter((chip) => chip.key !== "search").length;
    }

    get isExpanded() {
        return !this.ui.isSmall || this.state.isOpen;
    }

    removeLabel(chip) {
        return _t("Remove the filter: %(filter)s", { filter: chip.label });
    }

    onSearchInput(ev) {
        this.state.search = ev.target.value;
        this.searchLater();
    }

    onSearchKeydown(ev) {
        if (ev.key === "Enter") {
            this.searchLater.cancel();
            this.applySearch();
        } else if (ev.key === "Escape" && this.state.search) {
            ev.stopPropagation();
            this.state.search = "";
            this.searchLater.cancel();
            this.applySearch();
        }
    }

    applySearch() {
        this.props.onChange({ search: this.state.search.trim() });
    }

    isChosen(name, value) {
        return this.props.filters[name].includes(value);
    }

    toggleOption(name, value) {
        const values = this.props.filters[name];
        this.props.onChange({
            [name]: values.includes(value) ? values.filter((v) => v !== value) : [...values, value],
        });
    }

    onDateApplied(name, value) {
        this.props.onChange({ [name]: value ? serializeDate(value) : false });
    }

    removeChip(chip) {
        this.searchLater.cancel();
        this.state.search = chip.without.search ?? this.props.filters.search;
        this.props.onChange(chip.without);
    }

    clear() {
        this.searchLater.cancel();
        this.state.search = "";
        this.props.onChange(noFilters());
    }
}
