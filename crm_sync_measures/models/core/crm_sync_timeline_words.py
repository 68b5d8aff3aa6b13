from odoo import api, models


class CrmSyncTimelineWords(models.AbstractModel):
    """The words of the timeline, in the reader's language."""

    _inherit = "crm.sync.timeline"

    @api.model
    def _get_labels(self):
        """Words for the reader: ``kind`` {code: (label, icon, color)}, ``channel`` and ``state`` {code: label}.

        A room or addon that adds a source adds its words here.
        """
        _ = self.env._
        return {
            "kind": {
                "contact": (_("Contact"), "fa-commenting-o", 1),
                "message": (_("Message"), "fa-envelope", 4),
                "note": (_("Internal note"), "fa-sticky-note-o", 3),
                "activity": (_("Activity done"), "fa-check", 10),
                "meeting": (_("Meeting"), "fa-calendar", 5),
                "lead": (_("Opportunity"), "fa-star", 2),
                "won": (_("Won"), "fa-trophy", 10),
                "lost": (_("Lost"), "fa-thumbs-o-down", 1),
                "quotation": (_("Quotation"), "fa-file-text-o", 8),
                "order": (_("Order"), "fa-shopping-cart", 7),
                "invoice": (_("Invoice"), "fa-pencil-square-o", 6),
                "refund": (_("Credit note"), "fa-undo", 1),
                "payment": (_("Payment"), "fa-money", 10),
                "survey": (_("Survey answer"), "fa-comments-o", 9),
                "points": (_("Points"), "fa-gift", 11),
                "mailing": (_("Campaign mailing"), "fa-bullhorn", 3),
                "event": (_("Event registration"), "fa-ticket", 5),
                "pos": (_("Shop purchase"), "fa-shopping-bag", 7),
            },
            "channel": {
                "call": _("Call"),
                "email": _("E-mail"),
                "meeting": _("Meeting"),
                "visit": _("Visit"),
                "shop": _("Shop"),
                "fair": _("Trade Fair"),
                "wechat": _("WeChat"),
                "letter": _("Letter"),
                "web": _("Website"),
                "other": _("Other"),
            },
            "state": {
                "draft": _("Draft"),
                "sent": _("Sent"),
                "sale": _("Confirmed"),
                "cancel": _("Cancelled"),
                "paid": _("Paid"),
                "partial": _("Partly paid"),
                "in_payment": _("In payment"),
                "not_paid": _("Not paid"),
                "reversed": _("Reversed"),
                "overdue": _("Overdue"),
                "open": _("Opened"),
                "reply": _("Replied"),
                "bounce": _("Bounced"),
                "error": _("Not delivered"),
                "done": _("Attended"),
                "replaced": _("Corrected"),
            },
        }
