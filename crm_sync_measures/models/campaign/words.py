"""Words of the room that several models share."""

COLLECTED_AT = [
    ("fair", "Trade Fair"),
    ("shop", "Shop"),
    ("partner", "Trade Partner"),
    ("visit", "Customer Visit"),
    ("phone", "Telephone"),
    ("web", "Website"),
    ("event", "Event"),
    ("recommendation", "Recommendation"),
    ("other", "Other Place"),
]
#: How a material reaches a customer. What is handed over in person needs no leave of the contact gate.
SENT_BY = [
    ("hand", "In Person"),
    ("letter", "Letter"),
    ("email", "E-mail"),
]
