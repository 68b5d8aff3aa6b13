import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { ContactCard } from "./contact_card";

/** The cards of the customers a message goes to, in the mail composer. */
export class ContactCardsField extends Component {
    static template = "crm_sync_measures.ContactCardsField";
    static components = { ContactCard };
    static props = { ...standardFieldProps };

    get cards() {
        return this.props.record.data[this.props.name] || [];
    }
}

/** Who of many is held back from a mail, and why; before it is sent. */
export class HeldBackField extends Component {
    static template = "crm_sync_measures.HeldBackField";
    static props = { ...standardFieldProps };

    get held() {
        return this.props.record.data[this.props.name];
    }

    get summary() {
        const { held, looked_at, total } = this.held;
        if (looked_at < total) {
            return _t("%(held)s of the first %(looked_at)s recipients will be left out (%(total)s in all)", this.held);
        }
        return held
            ? _t("%(held)s of %(total)s recipients will be left out", { held, total })
            : _t("Nobody of %(total)s recipients has to be left out", { total });
    }

    heading({ partner }) {
        return _t("%s:", partner);
    }

    get isMore() {
        return this.held.held > this.held.names.length;
    }
}

registry.category("fields").add("crm_sync_contact_cards", { component: ContactCardsField, supportedTypes: ["json"] });
registry.category("fields").add("crm_sync_held_back", { component: HeldBackField, supportedTypes: ["json"] });
