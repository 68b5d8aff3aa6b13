"""What pages without a login have in common: those that a customer opens from his mail."""

from odoo.http import request

#: Bytes of a form; the longest text in any script is far below.
LARGEST = 256 * 1024
#: No script but ours runs on the page, and its address, which holds a key, is told to nobody.
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; img-src 'self' data:; style-src 'self'; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
}


def speak(lang):
    """Show the page in this language, where it is installed."""
    if request.env["res.lang"]._get_data(code=lang):
        request.update_context(lang=lang)


def sent_values(params):
    return {name: value for name, value in params.items() if isinstance(value, str)}


def render(template, values, status=200, wait=0):
    """A page of its own in the customer's language."""
    data = request.env["res.lang"]._get_data(code=request.env.lang)
    values = {
        "language": (request.env.lang or "en_US").replace("_", "-"),
        "direction": data.direction or "ltr",
        **values,
    }
    response = request.render(template, values)
    response.status_code = status
    for name, value in HEADERS.items():
        response.headers[name] = value
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response
