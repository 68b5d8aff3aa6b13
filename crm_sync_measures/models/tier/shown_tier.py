"""SQL of the tier that is shown on a customer: the one place that says which of several it is.

A contact has the tier of his own account, else that of the company he belongs to. A branch of ours has the programs of the
companies above it: the nearest goes first, and a program for all companies last. Which account of one owner and company
counts, the review has settled in ``is_shown``. Should two be marked, for as long as a merge has not been reviewed, the
older one is shown everywhere.
"""

from odoo.tools import SQL

#: Farther than any company above.
_ALL = 1000


def companies_of(company):
    """Ids of the companies whose programs ``company`` shares, the nearest first: what the functions below ask for."""
    # sudo: the ids of the companies above one's own. Of ``parent_ids``, Odoo would read each one to see whether it is active.
    path = company.sudo().parent_path or ""
    return [int(company_id) for company_id in reversed(path.split("/")) if company_id] or company.ids


def _columns(env, alias):
    """Identifiers of the columns of ``alias``, each of which is flushed before it is read."""
    known = env["crm.sync.tier.standing"]._fields
    names = ("tier_id", "partner_id", "company_id", "is_shown")
    return {name: SQL.identifier(alias, name, to_flush=known[name]) for name in names}


def _is_shown(env, alias, companies):
    """SQL condition: standing ``alias`` is one that these companies show."""
    columns = _columns(env, alias)
    return SQL(
        "%(is_shown)s IS TRUE AND (%(company_id)s = ANY(%(companies)s) OR %(company_id)s IS NULL)",
        is_shown=columns["is_shown"],
        company_id=columns["company_id"],
        companies=companies,
    )


def _rank(env, alias, companies):
    """SQL: the smaller, the sooner the standing counts among those of one owner."""
    return SQL(
        "COALESCE(array_position(%s, %s), %s), %s",
        companies,
        _columns(env, alias)["company_id"],
        _ALL,
        SQL.identifier(alias, "id"),
    )


def shown_standing(env, partner, entity, companies):
    """SELECT of the standing of a customer that is shown, ``id`` and ``tier_id``: at most one row. ``partner`` and
    ``entity`` are SQL of ids."""
    columns = _columns(env, "standing")
    return SQL(
        """SELECT standing.id, %(tier_id)s FROM crm_sync_tier_standing standing
            WHERE %(partner_id)s IN (%(partner)s, %(entity)s) AND %(is_shown)s
            ORDER BY %(partner_id)s = %(partner)s DESC, %(rank)s LIMIT 1""",
        tier_id=columns["tier_id"],
        partner_id=columns["partner_id"],
        partner=partner,
        entity=entity,
        is_shown=_is_shown(env, "standing", companies),
        rank=_rank(env, "standing", companies),
    )


def has_no_tier(env, partner, entity, companies):
    """SQL condition: no tier is shown on the customer."""
    of_one = [
        SQL(
            "NOT EXISTS (SELECT FROM crm_sync_tier_standing standing WHERE %s = %s AND %s)",
            _columns(env, "standing")["partner_id"],
            one,
            _is_shown(env, "standing", companies),
        )
        # Two conditions, each of them an anti-join; one on both ids would be asked for every customer.
        for one in (partner, entity)
    ]
    return SQL(" AND ").join(of_one)


def has_one_of(env, partner, tiers, companies):
    """SQL condition: one of ``tiers`` is shown on the customer; ``tiers`` is SQL of a list or of a SELECT in brackets.

    EXISTS, which is joined either way; NOT IN a million of ids would be looked up in a list of them.
    """
    return SQL(
        "EXISTS (SELECT FROM (%s) holder (partner_id) WHERE holder.partner_id = %s)",
        _partners_with(env, tiers, companies),
        partner,
    )


def _partners_with(env, tiers, companies):
    """SELECT of the ids of these customers. It begins with the accounts, so a tier with few members costs little."""
    columns = _columns(env, "standing")
    of_account = SQL(
        """%(tier_id)s IN %(tiers)s AND %(is_shown)s
           AND NOT EXISTS (SELECT FROM crm_sync_tier_standing sooner
                            WHERE %(sooner_id)s = %(partner_id)s AND %(is_sooner_shown)s AND (%(sooner)s) < (%(rank)s))""",
        tier_id=columns["tier_id"],
        partner_id=columns["partner_id"],
        tiers=tiers,
        is_shown=_is_shown(env, "standing", companies),
        rank=_rank(env, "standing", companies),
        sooner_id=_columns(env, "sooner")["partner_id"],
        is_sooner_shown=_is_shown(env, "sooner", companies),
        sooner=_rank(env, "sooner", companies),
    )
    entity = env["res.partner"]._fields["commercial_partner_id"]
    return SQL(
        """SELECT standing.partner_id FROM crm_sync_tier_standing standing WHERE %(of_account)s
           UNION ALL
           SELECT contact.id FROM crm_sync_tier_standing standing
             JOIN res_partner contact ON %(entity)s = standing.partner_id AND contact.id != standing.partner_id
            WHERE %(of_account)s
              AND NOT EXISTS (SELECT FROM crm_sync_tier_standing own WHERE own.partner_id = contact.id AND %(is_own_shown)s)""",
        of_account=of_account,
        entity=SQL.identifier("contact", "commercial_partner_id", to_flush=entity),
        is_own_shown=_is_shown(env, "own", companies),
    )
