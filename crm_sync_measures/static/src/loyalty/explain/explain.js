import { Component, onMounted, useState, markRaw } from "@odoo/owl";
import { formatCurrency } from "@web/core/currency";
import { deserializeDate, deserializeDateTime, formatDate, formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/core/utils/numbers";
import { errorMessage } from "../../core/utils/error_message";

// Up to so many days before its last one a lot is marked.
const SOON = 30;

/**
 * Every point of one card: from which document, what was drawn from it by whom,
 * through which day it can be used; what is pending, reserved and owed; and the
 * database's own sum at the end.
 */
export class Explain extends Component {
    static template = "crm_sync_measures.Explain";
    static props = {
        cardId: Number,
        /** called with the explanation after each load */
        onLoaded: { type: Function, optional: true },
    };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.state = useState({ told: null, error: "" });
        onMounted(() => this.load());
    }

    async load() {
        this.state.error = "";
        try {
            const told = await this.orm.call("loyalty.card", "sync_explain", [[this.props.cardId]]);
            this.state.told = markRaw(told);
            this.props.onLoaded?.(told);
        } catch (error) {
            this.state.told = null;
            this.state.error = errorMessage(error);
        }
    }

    get told() {
        return this.state.told;
    }

    points(value) {
        return formatFloat(value, { digits: [0, Number.isInteger(value) ? 0 : 2] });
    }

    signed(value) {
        return value > 0 ? `+${this.points(value)}` : this.points(value);
    }

    day(value) {
        return value ? formatDate(deserializeDate(value)) : "";
    }

    /** The figures above the lots; those that are nothing are left out, but for the balance. */
    get figures() {
        const { figures, card } = this.told;
        const all = [
            ["balance", _t("Balance"), figures.balance, figures.balance < 0 ? "danger" : "success"],
            ["available", _t("Can be spent"), figures.available, "info"],
            ["pending", _t("Pending"), figures.pending, "warning"],
            ["reserved", _t("Reserved"), figures.reserved, "warning"],
            ["overdue", _t("Past their last day"), figures.overdue, "warning"],
            ["arrears", _t("In arrears"), figures.arrears, "danger"],
        ];
        const shown = all
            .filter(([code, , value]) => value || code === "balance" || code === "available")
            .map(([code, label, value, tone]) => ({ code, label, tone, figure: this.points(value) }));
        if (figures.value) {
            const figure = formatCurrency(figures.value, card.currency_id || undefined);
            shown.push({ code: "value", label: _t("Worth"), tone: "muted", figure });
        }
        return shown;
    }

    get holderSentence() {
        const { asked_code, code } = this.told.card;
        return asked_code
            ? _t("The points of card %(asked)s are on card %(card)s.", { asked: asked_code, card: code })
            : "";
    }

    // ------------------------------------------------------------ lots

    lotTitle(lot) {
        return lot.document ? lot.document.name : lot.kind_label;
    }

    lotSentence(lot) {
        const base = lot.base ? formatCurrency(lot.base, lot.base_currency_id || undefined) : "";
        const day = this.day(lot.earned_on);
        if (!lot.document) {
            // its kind is the title already
            return lot.person ? _t("On %(day)s by %(person)s", { day, person: lot.person }) : day;
        }
        if (base && lot.person) {
            return _t("%(kind)s on %(day)s for %(base)s, by %(person)s", {
                kind: lot.kind_label,
                day,
                base,
                person: lot.person,
            });
        }
        return lot.person
            ? _t("%(kind)s on %(day)s by %(person)s", { kind: lot.kind_label, day, person: lot.person })
            : _t("%(kind)s on %(day)s", { kind: lot.kind_label, day });
    }

    ofSentence(lot) {
        return _t("of %(points)s", { points: this.points(lot.quantity) });
    }

    heldSentence(lot) {
        return _t("%(points)s pending", { points: this.points(lot.held) });
    }

    /** Widths of the bar: what is there, what is pending; the rest was used. */
    share(lot, name) {
        return `width: ${lot.quantity ? (100 * lot[name]) / lot.quantity : 0}%`;
    }

    shareLabel(lot) {
        return _t("%(left)s of %(points)s points are left", {
            left: this.points(lot.remaining),
            points: this.points(lot.quantity),
        });
    }

    expiry(lot) {
        if (!lot.expires_on) {
            return { text: _t("never expires"), tone: "text-muted" };
        }
        const day = this.day(lot.expires_on);
        if (lot.days_left < 0) {
            return { text: _t("was usable through %(day)s", { day }), tone: "text-danger" };
        }
        if (lot.days_left === 0) {
            return { text: _t("usable today for the last time"), tone: "text-danger" };
        }
        if (lot.days_left <= SOON) {
            const days = lot.days_left;
            return {
                text: _t("usable through %(day)s, %(days)s days left", { day, days }),
                tone: "text-warning",
            };
        }
        return { text: _t("usable through %(day)s", { day }), tone: "text-muted" };
    }

    drawsLabel(lot) {
        const count = lot.draws.length;
        return count === 1 ? _t("Drawn once") : _t("Drawn %(count)s times", { count });
    }

    drawSentence(draw) {
        const day = this.day(draw.day);
        return draw.person
            ? _t("%(kind)s on %(day)s by %(person)s", { kind: draw.kind_label, day, person: draw.person })
            : _t("%(kind)s on %(day)s", { kind: draw.kind_label, day });
    }

    get moreSentence() {
        const { count, points } = this.told.more_lots;
        return count > 0
            ? _t("%(count)s more lots with %(points)s points", { count, points: this.points(points) })
            : "";
    }

    // ------------------------------------------------------------ reserved, owed, proof

    reservationSentence(reservation) {
        if (!reservation.until) {
            return _t("until its payment is known");
        }
        return _t("until %(time)s", { time: formatDateTime(deserializeDateTime(reservation.until)) });
    }

    get sumSentence() {
        const { lots, arrears } = this.told.proof;
        return arrears
            ? _t("%(lots)s in lots − %(arrears)s owed = %(balance)s", {
                  lots: this.points(lots),
                  arrears: this.points(arrears),
                  balance: this.points(this.told.figures.balance),
              })
            : _t("%(lots)s in lots = %(balance)s", {
                  lots: this.points(lots),
                  balance: this.points(this.told.figures.balance),
              });
    }

    get proofSentence() {
        const { entries, sum } = this.told.proof;
        const values = { entries, sum: this.points(sum) };
        return entries === 1
            ? _t("Σ 1 entry = %(sum)s", values)
            : _t("Σ %(entries)s entries = %(sum)s", values);
    }

    get differenceSentence() {
        const balance = formatFloat(this.told.figures.balance, { digits: [0, 2] });
        return _t(
            "The card says %(balance)s. This must never be: tell the one who keeps the ledger.",
            { balance }
        );
    }

    // ------------------------------------------------------------ links

    open(model, id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    async openLedger() {
        const { id } = this.told.card;
        const action = await this.orm.call("loyalty.card", "action_open_sync_entries", [[id]]);
        return this.action.doAction(action);
    }
}
