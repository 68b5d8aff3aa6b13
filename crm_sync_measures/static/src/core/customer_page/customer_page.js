import { Component, markRaw, onMounted, onWillUpdateProps, useState } from "@odoo/owl";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { user } from "@web/core/user";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Timeline } from "../timeline/timeline";
import { errorMessage } from "../utils/error_message";
import { absoluteTime, relativeTime } from "../utils/moments";
import { CustomerTiles } from "./customer_tiles";

const LOG_ACTION = "crm_sync_measures.crm_sync_touch_action_log";
const CONTACTS_SHOWN = 4;
const CONTACTS_SHOWN_SMALL = 2;

/**
 * One customer on one screen: who answers for it, the last contact, the figures
 * and the whole history. Used alone (the "Customer 360" action) and inside the
 * forms of contacts and leads.
 *
 * The figures and the history are asked for at the same time; the page reloads
 * when `version` changes. A change of `partnerId` needs a new component (`t-key`).
 */
export class CustomerPage extends Component {
    static template = "crm_sync_measures.CustomerPage";
    static components = { CustomerTiles, Timeline };
    static props = {
        partnerId: Number,
        /** the lead from which a contact is logged */
        leadId: { type: [Number, { value: false }], optional: true },
        version: { optional: true },
        /** name, address and contacts: not where the form around shows them */
        showIdentity: { type: Boolean, optional: true },
        autoLoad: { type: Boolean, optional: true },
        /** called with the page's data after each load */
        onLoaded: { type: Function, optional: true },
        /** local state of the action, given back when the user returns */
        snapshot: { type: Object, optional: true },
    };
    static defaultProps = { showIdentity: true, autoLoad: false };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.ui = useService("ui");
        this.keepLast = new KeepLast();
        const page = this.props.snapshot?.crmSyncPage;
        this.state = useState({
            page: page ? markRaw(page) : null,
            error: "",
            version: 0,
            showAllContacts: false,
        });

        useSetupAction({ getLocalState: () => ({ crmSyncPage: this.state.page }) });
        onMounted(() => {
            if (page) {
                this.props.onLoaded?.(page);
            }
            this.load();
        });
        onWillUpdateProps((nextProps) => {
            if (nextProps.version !== this.props.version) {
                this.reload();
            }
        });
    }

    async load() {
        this.state.error = "";
        try {
            const page = await this.keepLast.add(
                this.orm.call("res.partner", "sync_customer_page", [[this.props.partnerId]])
            );
            this.state.page = markRaw(page);
            this.props.onLoaded?.(page);
        } catch (error) {
            this.state.page = null;
            this.state.error = errorMessage(error);
        }
    }

    /** Figures and history, without the skeleton. */
    reload() {
        this.state.version++;
        return this.load();
    }

    get page() {
        return this.state.page;
    }

    get companyName() {
        const { partner, entity } = this.page;
        return entity && entity.id !== partner.id ? entity.name : "";
    }

    /** A contact's form shows the history of the whole company: said where the name is not. */
    get wholeCompanySentence() {
        const { entity } = this.page;
        return !this.props.showIdentity && entity.id !== this.props.partnerId
            ? _t("The whole of %(company)s, all its contacts included.", { company: entity.name })
            : "";
    }

    get contacts() {
        const { contacts } = this.page;
        if (this.state.showAllContacts) {
            return contacts;
        }
        return contacts.slice(0, this.ui.isSmall ? CONTACTS_SHOWN_SMALL : CONTACTS_SHOWN);
    }

    get hiddenContacts() {
        return this.page.contacts.length - this.contacts.length;
    }

    get moreContactsLabel() {
        return _t("%(count)s more", { count: this.hiddenContacts });
    }

    get lastContactTime() {
        return absoluteTime(deserializeDateTime(this.page.last_contact.at));
    }

    get lastContactSentence() {
        const { at, channel_label, person, department } = this.page.last_contact;
        const when = relativeTime(deserializeDateTime(at));
        const who =
            person && department
                ? _t("%(person)s (%(department)s)", { person, department })
                : person || department || "";
        const channel = this.insideSentence(channel_label);
        if (who && channel) {
            return _t("Last contact: %(when)s by %(who)s, %(channel)s", { when, who, channel });
        }
        if (who) {
            return _t("Last contact: %(when)s by %(who)s", { when, who });
        }
        if (channel) {
            return _t("Last contact: %(when)s, %(channel)s", { when, channel });
        }
        return _t("Last contact: %(when)s", { when });
    }

    get neglectedSentence() {
        return _t("No contact for more than %(days)s days", { days: this.page.neglect_days });
    }

    /** "Call" in the middle of an English sentence is "call"; "WeChat" and "SMS" stay. */
    insideSentence(label) {
        return label && user.lang.startsWith("en") && /^[A-Z][a-z-]+$/.test(label)
            ? label.toLowerCase()
            : label || "";
    }

    openPartner(id) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "res.partner",
            res_id: id,
            views: [[false, "form"]],
        });
    }

    logContact() {
        const { partnerId, leadId } = this.props;
        return this.action.doAction(LOG_ACTION, {
            additionalContext: {
                default_partner_id: partnerId,
                ...(leadId ? { default_lead_id: leadId } : {}),
            },
            onClose: () => this.reload(),
        });
    }
}
