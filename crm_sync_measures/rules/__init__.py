"""Business rules as pure functions: standard library only, no Odoo, no clock, no database.

What a rule needs to know (``now``, ``today``, a time zone, a threshold) is a parameter; what it
decides is its return value. Models fetch, call a rule, and write.
"""
