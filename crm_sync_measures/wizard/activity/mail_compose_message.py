from odoo import api, fields, models
from odoo.fields import Domain

from ...rules.contact_card import COMMERCIAL, DECISIONS

#: So many recipients are looked at before sending, and so many of those held back are named.
_LOOKED_AT, _NAMED = 2000, 50
#: Customers of one message whose cards are shown.
_CARDS = 3


class MailComposeMessage(models.TransientModel):
    """The before-you-contact card where mails are written: one customer's card, or who of many is held back."""

    _inherit = "mail.compose.message"

    sync_purpose = fields.Selection(
        [
            ("marketing", "Advertising"),
            ("survey", "Survey"),
            ("service", "Customer Service"),
            ("transactional", "Asked for by the Customer"),
        ],
        string="What For",
        compute="_compute_sync_purpose",
        compute_sudo=False,
        store=True,
        readonly=False,
        help="Marketing and surveys are held back from customers who should not get them now, and count in their"
        " contact budget.",
    )
    sync_contact_reason = fields.Text(
        "Reason", help="Why the customer is contacted all the same. Stored, shown to managers and counted."
    )
    sync_cards = fields.Json(compute="_compute_sync_cards")
    sync_decision = fields.Char(compute="_compute_sync_cards")
    sync_held = fields.Json(compute="_compute_sync_held")

    # ---------------------------------------------------------------- one customer

    @api.depends("composition_mode", "model", "res_ids", "partner_ids", "subtype_is_log")
    def _compute_sync_cards(self):
        for wizard in self:
            cards = wizard._get_sync_cards()
            wizard.sync_cards = cards
            wizard.sync_decision = max((card["decision"] for card in cards), key=DECISIONS.index, default="inform")

    def _get_sync_cards(self):
        """The cards of the customers this message goes to; who has no role sees the light and what is asked."""
        document = self._sync_single_document()
        if not document:
            return []
        Card = self.env["crm.sync.contact.card"]
        is_reader = self.env["res.users"]._sync_is_reader()
        cards = []
        partners = Card._addressed(document, self.partner_ids.ids, self.subtype_is_log)
        for addressed in partners.grouped("commercial_partner_id").values():
            # As who writes: the card tells what he may know.
            partner = addressed[:1].sudo(False)
            card = Card._get_card(partner, document, "email")
            if not is_reader:
                card |= {"main": False, "findings": []}
            cards.append(card)
        return sorted(cards, key=lambda card: -DECISIONS.index(card["decision"]))[:_CARDS]

    def _sync_single_document(self):
        """The document a message of a person to a customer is written on, where the card watches over it."""
        model = self.model and self.env.get(self.model)
        if model is None or self.composition_mode != "comment" or self.composition_batch:
            return None
        ids = self._evaluate_res_ids() if getattr(model, "_sync_contact_guarded", False) else []
        return model.browse(ids) if len(ids) == 1 else None

    def _give_sync_reason(self):
        """Note the reason that was given for the customers this message goes to."""
        document = self._sync_single_document()
        if document and (self.sync_contact_reason or "").strip():
            Card = self.env["crm.sync.contact.card"]
            # As who writes: the reason is his.
            partners = Card._addressed(document, self.partner_ids.ids, self.subtype_is_log).sudo(False)
            Card._give_reason(partners, self.sync_contact_reason, document)

    def _action_send_mail_comment(self, res_ids):
        self._give_sync_reason()
        return super()._action_send_mail_comment(res_ids)

    def _action_schedule_message(self):
        for wizard in self:
            wizard._give_sync_reason()
        return super()._action_schedule_message()

    # ---------------------------------------------------------------- many

    @api.depends("composition_mode", "model")
    def _compute_sync_purpose(self):
        for wizard in self:
            model = wizard.model and self.env.get(wizard.model)
            is_mailing = "mass_mailing_id" in wizard._fields and (wizard.mass_mailing_id or wizard.mass_mailing_name)
            if wizard.composition_mode != "mass_mail" or (self.env.su and not is_mailing):
                wizard.sync_purpose = "transactional"
            else:
                wizard.sync_purpose = (
                    "marketing" if is_mailing else getattr(model, "_sync_bulk_purpose", "transactional")
                )

    @api.depends("composition_mode", "model", "res_ids", "res_domain", "sync_purpose")
    def _compute_sync_held(self):
        for wizard in self:
            wizard.sync_held = wizard._get_sync_held()

    def _get_sync_held(self):
        """``{total, looked_at, held, names: [{partner, reason}]}`` of a mail to many that is about to be sent."""
        if self.composition_mode != "mass_mail" or self.sync_purpose not in COMMERCIAL or not self.model:
            return False
        model = self.env[self.model]
        if self.res_domain:
            total, records = (
                model.search_count(self._evaluate_res_domain()),
                model.search(self._evaluate_res_domain(), limit=_LOOKED_AT),
            )
        else:
            ids = self._evaluate_res_ids()
            total, records = len(ids), model.browse(ids[:_LOOKED_AT])
        partners_by_record = self._sync_partners_of(records)
        everybody = self.env["res.partner"].union(*partners_by_record.values())
        verdicts = self.env["crm.sync.contact.gate"]._may_contact(everybody, self.sync_purpose, "email")
        names, held = [], 0
        for partners in partners_by_record.values():
            refused = [partner for partner in partners if not verdicts[partner.id].allowed]
            held += bool(refused)
            if refused and len(names) < _NAMED:
                names.append({"partner": refused[0].display_name, "reason": verdicts[refused[0].id].message})
        return {"total": total, "looked_at": len(records), "held": held, "names": names}

    def _sync_partners_of(self, records):
        """``{record id: partners}`` a mail to many would go to, by Odoo's own idea of who the customer is."""
        if records._name == "res.partner":
            return {partner.id: partner for partner in records}
        if not hasattr(records, "_mail_get_partners"):
            return {}
        return records._mail_get_partners()

    def _process_mail_values_state(self, mail_values_dict):
        """Take out who is held back; the mail stays in the list of mails, cancelled, with the reason."""
        values_by_record = super()._process_mail_values_state(mail_values_dict)
        if self.sync_purpose in COMMERCIAL:
            for res_id, reason in self._sync_refused(values_by_record).items():
                values_by_record[res_id].update(
                    state="cancel",
                    failure_type=self._sync_failure_type(),
                    failure_reason=reason,
                    is_notification=False,
                )
        return values_by_record

    def _sync_refused(self, values_by_record):
        """``{record id: sentence}`` of those whom the gate refuses, and whom Odoo itself would write to."""
        open_values = {res_id: values for res_id, values in values_by_record.items() if not values.get("state")}
        partners_by_record = self._sync_recipients(open_values)
        everybody = self.env["res.partner"].union(*partners_by_record.values())
        gate = self.env["crm.sync.contact.gate"]
        verdicts = gate._may_contact(everybody, self.sync_purpose, "email") if everybody else {}
        refused = {}
        for res_id, partners in partners_by_record.items():
            reasons = [verdicts[partner.id] for partner in partners if not verdicts[partner.id].allowed]
            # Who switched the exclusion list off on purpose may write to those on it.
            reasons = [v for v in reasons if self.use_exclusion_list or v.reason != "opted_out"]
            if reasons:
                refused[res_id] = reasons[0].message
        return refused

    def _sync_recipients(self, values_by_record):
        """``{record id: partners}`` by the recipients of the mails and by their addresses; two queries."""
        info = self._get_recipients_data(values_by_record)
        addresses = {address for own in info.values() for address in own["mail_to_normalized"]}
        # sudo: who is to be left alone does not depend on who sends; only ids are used.
        known = self.env["res.partner"].sudo().search(Domain("email_normalized", "in", list(addresses)))
        by_address = known.grouped("email_normalized")
        recipients = {}
        for res_id, values in values_by_record.items():
            partners = known.browse(command[1] for command in values.get("recipient_ids") or [] if command[1])
            for address in info[res_id]["mail_to_normalized"]:
                partners |= by_address.get(address, known.browse())
            # As before: sudo was for finding them.
            recipients[res_id] = partners.sudo(False)
        return recipients

    def _sync_failure_type(self):
        """The word for it, where the statistics of mailings know it as well; see crm_sync_measures_mass_mailing."""
        Trace = self.env.get("mailing.trace")
        knows = Trace is None or "sync_held" in Trace._fields["failure_type"].get_values(self.env)
        return "sync_held" if knows else "mail_optout"

    def _manage_mail_values(self, mail_values_all):
        """Just before the mails are queued: write down who gets one."""
        managed = super()._manage_mail_values(mail_values_all)
        if self.composition_mode == "mass_mail" and self.sync_purpose in COMMERCIAL:
            queued = {res_id: values for res_id, values in managed.items() if not values.get("state")}
            partners = self.env["res.partner"].union(*self._sync_recipients(queued).values())
            self.env["crm.sync.contact.sent"]._note(
                partners, "email", self.sync_purpose, self.env.company, source=self.subject
            )
        return managed
