"""The mark of a method that says what qualifies for a tier; see ``crm.sync.tier.facts``."""

from ..core.registered import registered


def tier_fact(sequence, metric):
    """Mark a method of ``crm.sync.tier.facts``: ``method()`` returns SQL of rows (card_id, day, value, known_on).

    :param str metric: ``points``, ``spend`` or ``orders``
    """
    return registered("tier_fact", sequence, metric=metric)
