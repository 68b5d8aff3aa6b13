"""Promises, the before-you-contact card, response clocks, handover, advice and the customer brief."""
