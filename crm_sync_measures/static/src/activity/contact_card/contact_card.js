import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

const LIGHTS = {
    green: { icon: "fa-check-circle", word: _t("Go ahead") },
    yellow: { icon: "fa-exclamation-triangle", word: _t("Take care") },
    red: { icon: "fa-hand-paper-o", word: _t("Read this first") },
};

/**
 * What one should know before contacting a customer: a traffic light with the
 * main reason, the rest on demand, and, where the company asks for it, a place
 * for the reason. It shows what the server tells and decides nothing.
 */
export class ContactCard extends Component {
    static template = "crm_sync_measures.ContactCard";
    static props = {
        card: Object,
        /** name the customer: where the screen is not his own */
        showName: { type: Boolean, optional: true },
        /** called with the reason; without it no reason can be given here */
        onReason: { type: Function, optional: true },
    };

    setup() {
        this.action = useService("action");
        this.state = useState({ isOpen: false, isAsking: false, reason: "", isSending: false });
    }

    get card() {
        return this.props.card;
    }

    get light() {
        return LIGHTS[this.card.light];
    }

    get isAsked() {
        return this.card.decision === "ask" && !this.card.override;
    }

    get headline() {
        const { main, partner, light } = this.card;
        if (main) {
            return main.text ? _t("%(label)s: %(text)s", main) : main.label;
        }
        return light === "green" ? _t("Nothing speaks against contacting %s", partner.name) : "";
    }

    /** What is not in the headline; the server tells the main finding first. */
    get rest() {
        const { findings, main } = this.card;
        return findings.slice(main ? 1 : 0).map((finding, key) => ({ ...finding, key }));
    }

    get mainLinks() {
        return this.card.main ? this.card.main.links : [];
    }

    get moreLabel() {
        return this.state.isOpen ? _t("Less") : _t("%s more", this.rest.length);
    }

    get demand() {
        if (this.card.decision === "block") {
            return _t("Messages to this customer are not sent until this is settled.");
        }
        if (this.card.override) {
            return _t("Reason given: %s", this.card.override.reason);
        }
        return this.isAsked ? _t("Your company asks for a reason.") : "";
    }

    /** What a sentence is about, with the colon of the reader's language. */
    heading(word) {
        return _t("%s:", word);
    }

    findingIcon(finding) {
        if (finding.masked) {
            return "fa-lock";
        }
        return finding.level === "info" ? "fa-info-circle" : LIGHTS[finding.level].icon;
    }

    findingWord(finding) {
        return finding.level === "info" ? _t("For information") : LIGHTS[finding.level].word;
    }

    openLink({ model, res_id }) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id,
            views: [[false, "form"]],
        });
    }

    async sendReason() {
        this.state.isSending = true;
        try {
            await this.props.onReason(this.state.reason);
            Object.assign(this.state, { isAsking: false, reason: "" });
        } finally {
            this.state.isSending = false;
        }
    }
}
