"""Words of the room that several models share."""

OCCASIONS = [
    ("birthday", "Birthday"),
    ("first_order_day", "Anniversary of the First Order"),
    ("membership_day", "Anniversary of Membership"),
    ("holiday", "Holiday"),
    ("after_purchase", "After a Purchase"),
    ("no_purchase", "No Purchase for Some Time"),
    ("no_contact", "No Contact for Some Time"),
    ("points_expire", "Points Are Expiring"),
    ("tier_falls", "Tier About to Fall"),
]
ACTIONS = [
    ("mail", "Mail"),
    ("activity", "Activity of the Owner"),
    ("points", "Points"),
    ("coupon", "Coupon"),
    ("call_list", "Call List"),
]
STATES = [
    ("planned", "Planned"),
    ("held", "Held Back"),
    ("control", "Held Out to Compare"),
    ("sent", "Sent"),
    ("done", "Done"),
    ("failed", "Failed"),
    ("late", "Came Too Late"),
    ("cancelled", "Cancelled"),
]
#: Occasions whose days are told by points or tiers of one program.
OF_PROGRAM = ("membership_day", "points_expire", "tier_falls")
#: Actions that send a mail, or may send one.
MAILING = ("mail", "points", "coupon")
