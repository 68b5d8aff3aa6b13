"""Customer care: greetings, return visits and warnings, each once per customer and occasion.

May read core, activity, loyalty and tier by their public methods and marks; none of them knows this room.
"""
