from odoo.addons.crm_sync_measures.controllers.core.preference import ContactPreferences
from odoo.http import route

#: The site's own scripts and styles, and nothing from elsewhere: the address holds a key, which no counter of visits is told.
_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def _of_the_site(response):
    if "Content-Security-Policy" in response.headers:
        response.headers["Content-Security-Policy"] = _POLICY
    return response


class SitePreferences(ContactPreferences):
    """The same page, of the site whose address is asked. Its address has no language: that is the customer's."""

    @route(website=True, multilang=False, sitemap=False)
    def preferences_page(self, key, p=None, saved=None, **params):
        return _of_the_site(super().preferences_page(key, p=p, saved=saved, **params))

    @route(website=True, multilang=False, sitemap=False)
    def preferences_send(self, key, **params):
        return _of_the_site(super().preferences_send(key, **params))
