"""Methods that a model offers under a role: timeline sources, gate rules, customer tiles.

A room, or another addon, adds one by inheriting the model and marking one small method. Nothing is
entered in a list anywhere: the model's own class is the list, so what a module adds goes when the
module goes.
"""

from inspect import getmembers, isfunction


def registered(role, sequence=100, **options):
    """Mark a method as one of the ``role`` methods of its model."""

    def mark(method):
        method._sync_role = (role, sequence, options)
        return method

    return mark


def registered_methods(model, role):
    """``[(options, bound method)]`` of ``model``, by sequence and name.

    Kept on the registry's class, which Odoo builds anew whenever modules change.
    """
    cls = model.env.registry[model._name]
    cache = cls.__dict__.get("_sync_registered")
    if cache is None:
        cache = cls._sync_registered = {}
    if role not in cache:
        cache[role] = sorted(
            (marked[1], name, marked[2])
            for name, _function in getmembers(cls, isfunction)
            if (marked := _marker(cls, name)) and marked[0] == role
        )
    return [(options, getattr(model, name)) for _sequence, name, options in cache[role]]


def _marker(cls, name):
    """The marker of ``name``, also where an override left it out."""
    for base in cls.__mro__:
        marker = getattr(base.__dict__.get(name), "_sync_role", None)
        if marker:
            return marker
    return None
