"""Tiers of a loyalty program: who has which, since when, till when and why.

May read core, activity, loyalty, feedback and survey by their public methods and marks; none of them knows this room.
"""
