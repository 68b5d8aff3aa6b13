from odoo import api, models


class CrmSyncTimelineWords(models.AbstractModel):
    """The words of the timeline, in the reader's language."""

    _inherit = "crm.sync.timeline"

    @api.model
    def _get_labels(self):
        """Words for the reader: ``kind`` {code: (label, icon, color)}, ``channel`` and ``state`` {code: label}.

        A room or addon that adds a source adds its words here.
        """
        return {
            "kind": {
                "contact": (self.env._("Logged contact"), "fa-commenting-o", 1),
                "message": (self.env._("Message"), "fa-envelope", 4),
                "note": (self.env._("Internal note"), "fa-sticky-note-o", 3),
                "activity": (self.env._("Activity done"), "fa-check", 10),
                "meeting": (self.env._("Meeting"), "fa-calendar", 5),
                "lead": (self.env._("Opportunity"), "fa-star", 2),
                "won": (self.env._("Won"), "fa-trophy", 10),
                "lost": (self.env._("Lost"), "fa-thumbs-o-down", 1),
                "quotation": (self.env._("Quotation"), "fa-file-text-o", 8),
                "order": (self.env._("Order"), "fa-shopping-cart", 7),
                "invoice": (self.env._("Invoice"), "fa-pencil-square-o", 6),
                "refund": (self.env._("Credit note"), "fa-undo", 1),
                "payment": (self.env._("Payment"), "fa-money", 10),
                "survey": (self.env._("Survey answer"), "fa-comments-o", 9),
                "points": (self.env._("Points"), "fa-gift", 11),
                "mailing": (self.env._("Campaign mailing"), "fa-bullhorn", 3),
                "event": (self.env._("Event registration"), "fa-ticket", 5),
                "pos": (self.env._("Shop purchase"), "fa-shopping-bag", 7),
            },
            "channel": {
                "call": self.env._("Call"),
                "email": self.env._("E-mail"),
                "meeting": self.env._("Meeting"),
                "visit": self.env._("Visit"),
                "shop": self.env._("Shop"),
                "fair": self.env._("Trade Fair"),
                "wechat": self.env._("WeChat"),
                "letter": self.env._("Letter"),
                "web": self.env._("Website"),
                "other": self.env._("Other"),
            },
            "state": {
                "draft": self.env._("Draft"),
                "sent": self.env._("Sent"),
                "sale": self.env._("Confirmed"),
                "cancel": self.env._("Cancelled"),
                "paid": self.env._("Paid"),
                "partial": self.env._("Partly paid"),
                "in_payment": self.env._("In payment"),
                "not_paid": self.env._("Not paid"),
                "reversed": self.env._("Reversed"),
                "overdue": self.env._("Overdue"),
                "registered": self.env._("Registered"),
                "open": self.env._("Opened"),
                "reply": self.env._("Replied"),
                "bounce": self.env._("Bounced"),
                "error": self.env._("Not delivered"),
                "done": self.env._("Attended"),
                "replaced": self.env._("Corrected"),
            },
        }
