from . import models


def post_init_hook(env):
    """The verdicts that were given before this addon was there."""
    # sudo: an installation
    env["crm.sync.score"].sudo().search([("case_id", "!=", False), ("metric", "=", "csat")])._mirror()
