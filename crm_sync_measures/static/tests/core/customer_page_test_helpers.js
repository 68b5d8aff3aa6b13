import { beforeEach } from "@odoo/hoot";
import { mockDate } from "@odoo/hoot-mock";
import { onRpc, patchWithCleanup, serverState } from "@web/../tests/web_test_helpers";

// a partner whom the mock server knows
export const PARTNER_ID = serverState.partnerId;

/** 12:00 UTC, one o'clock for the user: no test depends on the clock. */
export function freezeTime() {
    beforeEach(() => mockDate("2026-11-21 12:00:00", +1));
}

/**
 * @param {number} number
 * @param {object} [values]
 * @returns {object} an event as the server sends it
 */
export function makeEvent(number, values = {}) {
    return {
        key: `lead_message:${number}`,
        at: "2026-11-21 09:30:00",
        masked: false,
        kind: "message",
        label: "E-mail",
        icon: "fa-envelope",
        color: 4,
        title: `Event ${number}`,
        preview: `What happened in event ${number}`,
        direction: "in",
        channel: "email",
        channel_label: "E-mail",
        person: { id: 2, name: "Anna" },
        department: { id: 1, name: "Sales" },
        amount: false,
        currency_id: false,
        state_label: false,
        model: "crm.lead",
        res_id: number,
        ...values,
    };
}

/** @returns {object} an event of which the user may know only that it was */
export function makeMaskedEvent(number, values = {}) {
    return {
        key: `case:${number}`,
        at: "2026-11-19 09:30:00",
        masked: true,
        department: { id: 2, name: "Service" },
        ...values,
    };
}

export const FILTER_OPTIONS = {
    kinds: [
        { value: "message", label: "Message", icon: "fa-envelope" },
        { value: "order", label: "Order", icon: "fa-shopping-cart" },
    ],
    channels: [
        { value: "email", label: "E-mail" },
        { value: "call", label: "Call" },
    ],
    departments: [
        { id: 1, name: "Sales" },
        { id: 2, name: "Service" },
    ],
    persons: [
        { id: 2, name: "Anna" },
        { id: 3, name: "Bo" },
    ],
};

export function makePage(values = {}) {
    return {
        partner: {
            id: PARTNER_ID,
            name: "Azure Interior",
            is_company: true,
            active: true,
            email: "azure@example.com",
            phone: "+1 555 0100",
            city: "Fremont",
            owner: { id: 2, name: "Anna" },
            department: { id: 1, name: "Sales" },
        },
        entity: { id: PARTNER_ID, name: "Azure Interior" },
        last_contact: {
            at: "2026-11-18 13:05:00",
            days: 3,
            channel: "call",
            channel_label: "Call",
            direction: "out",
            person: "Anna",
            department: "Sales",
        },
        neglected: false,
        neglect_days: 90,
        tiles: [],
        contacts: [],
        filters: FILTER_OPTIONS,
        can_log: true,
        ...values,
    };
}

/**
 * Answers `sync_timeline` with the given pages, one cursor after the other, and
 * remembers what was asked.
 *
 * @param {object[][]} pages
 * @returns {{ filters: object, cursor: string | false, limit: number }[]}
 */
export function mockTimeline(pages) {
    const questions = [];
    onRpc("res.partner", "sync_timeline", ({ args, kwargs }) => {
        const { filters, cursor, limit } = kwargs;
        questions.push({ ids: args[0], filters, cursor, limit });
        const number = Number(cursor || 0);
        return {
            events: pages[number] || [],
            cursor: number + 1 < pages.length ? String(number + 1) : false,
        };
    });
    return questions;
}

export function mockPage(values) {
    onRpc("res.partner", "sync_customer_page", () => makePage(values));
}

/**
 * Replaces the observer of the browser; the returned function says that what is
 * observed came into sight.
 */
export function mockIntersection() {
    const observers = new Set();
    patchWithCleanup(window, {
        IntersectionObserver: class {
            constructor(callback) {
                this.callback = callback;
            }
            observe() {
                observers.add(this);
            }
            disconnect() {
                observers.delete(this);
            }
        },
    });
    return () => [...observers].forEach((o) => o.callback([{ isIntersecting: true }]));
}
