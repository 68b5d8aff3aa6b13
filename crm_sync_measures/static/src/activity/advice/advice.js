import { Component, markRaw, onMounted, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { errorMessage } from "../../core/utils/error_message";

// Reasons shown before a person's details are opened.
const FIRST_REASONS = 3;

/**
 * "Who should take it?": people ranked with reasons in words, one click to assign.
 * For somebody else than proposed the reason is asked for, since that is what the
 * advice is measured by later.
 */
export class Advice extends Component {
    static template = "crm_sync_measures.Advice";
    static props = {
        model: String,
        resId: Number,
        /** called when somebody was assigned */
        onAssigned: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.state = useState({
            told: null,
            error: "",
            refused: "",
            opened: {},
            overriding: null,
            reason: "",
            note: "",
            busy: false,
        });
        onMounted(() => this.load());
    }

    async load() {
        this.state.error = "";
        try {
            const { model, resId } = this.props;
            this.state.told = markRaw(
                await this.orm.call("crm.sync.advisor", "sync_advise", [model, resId])
            );
        } catch (error) {
            this.state.told = null;
            this.state.error = errorMessage(error);
        }
    }

    get people() {
        return this.state.told.people;
    }

    /** @returns {boolean} whether this person has the document now */
    hasIt(person) {
        return person.user_id === this.state.told.user_id;
    }

    isProposed(person) {
        return person === this.people[0];
    }

    avatar(person) {
        return `/web/image/res.users/${person.user_id}/avatar_128`;
    }

    reasons(person) {
        return this.state.opened[person.user_id]
            ? person.reasons
            : person.reasons.slice(0, FIRST_REASONS);
    }

    scoreLabel(person) {
        return _t("%(score)s of 100", { score: Math.round(person.score) });
    }

    loadLabel(person) {
        return person.load === 1 ? _t("1 open") : _t("%(count)s open", { count: person.load });
    }

    toggle(person) {
        this.state.opened[person.user_id] = !this.state.opened[person.user_id];
    }

    // ------------------------------------------------------------ choosing

    choose(person) {
        this.state.refused = "";
        if (this.isProposed(person)) {
            return this.assign(person);
        }
        this.state.overriding = person.user_id;
        this.state.reason = "";
        this.state.note = "";
    }

    get canOverride() {
        const { reason, note } = this.state;
        return reason && (reason !== "other" || note.trim());
    }

    async assign(person) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        const { model, resId } = this.props;
        try {
            await this.orm.call("crm.sync.advisor", "sync_assign", [model, resId, person.user_id], {
                seen_user_id: this.people[0].user_id,
                reason: this.isProposed(person) ? false : this.state.reason,
                note: this.isProposed(person) ? false : this.state.note,
            });
        } catch (error) {
            this.state.refused = errorMessage(error);
            await this.load();
            return;
        } finally {
            this.state.busy = false;
        }
        this.notification.add(_t("%(name)s takes it.", { name: person.name }), { type: "success" });
        this.props.onAssigned(person);
    }
}
