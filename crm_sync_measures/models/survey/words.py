"""Words of the room that several models share."""

STATE_LABELS = [
    ("planned", "Planned to Ask"),
    ("suppressed", "Not Sent"),
    ("queued", "Queued"),
    ("sent", "Sent"),
    ("bounced", "Came Back"),
    ("opened", "Opened"),
    ("started", "Begun"),
    ("done", "Answered"),
    ("expired", "Expired"),
    ("cancelled", "Cancelled"),
]
TRIGGERS = [
    ("order_confirmed", "Order Confirmed"),
    ("delivered", "Order Delivered"),
    ("invoice_paid", "Invoice Paid"),
    ("lead_won", "Opportunity Won"),
    ("lead_lost", "Opportunity Lost"),
    ("case_closed", "Case Is Over"),
    ("meeting_held", "Meeting Held"),
    ("onboarding_day", "Days After the First Order"),
    ("wave", "Waves, From Time to Time"),
    ("manual", "Chosen by Hand"),
]
