"""Lists of what is a customer's own, page by page, in his portal."""

from odoo.addons.portal.controllers.portal import pager
from odoo.http import request


def own_pager(url, total, page, step, **url_args):
    """Odoo's pager. ``page`` may be what a visitor wrote into the address: what is no number is the first page."""
    return pager(url, total, page=page if isinstance(page, int) else 1, step=step, url_args=url_args)


def own_list(portal, name, filters, filterby, page, step):
    """Values of the page ``/my/<name>``: one page of what is the user's own, under ``name``, with filters and pager.

    :param portal: has ``_count(user, domain)`` and ``_page(user, domain, limit, offset, order)``, of the user's own alone
    :param dict filters: label, domain and order by the filter's name; the first one holds where ``filterby`` is none of them
    """
    filterby = filterby if filterby in filters else next(iter(filters))
    chosen, url = filters[filterby], f"/my/{name}"
    user = request.env.user
    pages = own_pager(url, portal._count(user, chosen["domain"]), page, step, filterby=filterby)
    return {
        "page_name": name,
        "default_url": url,
        name: portal._page(user, chosen["domain"], limit=step, offset=pages["offset"], order=chosen["order"]),
        "pager": pages,
        "searchbar_filters": filters,
        "filterby": filterby,
    }
