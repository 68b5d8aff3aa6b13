"""When a figure by the documents of now is another one than was reported."""

_TINY = 1e-6


def is_same_figure(before, after):
    """Whether two figures are the same but for the last digits of a sum; None is no figure, and not 0.

    >>> is_same_figure(300.0, 300.0000001), is_same_figure(300.0, 300.01)
    (True, False)
    >>> is_same_figure(None, None), is_same_figure(None, 0.0)
    (True, False)
    """
    if before is None or after is None:
        return before is after
    return abs(before - after) <= _TINY * max(1.0, abs(before))


def is_same_list(before, after):
    """Whether two lists of ``[key, name, figure then, figure now]`` tell the same.

    >>> told = [["team:5", "Asia", 300.0, 200.0]]
    >>> is_same_list(told, [["team:5", "Asia", 300.0, 200.0]]), is_same_list(told, [["team:5", "Asia", 300.0, 100.0]])
    (True, False)
    >>> is_same_list(told, []), is_same_list([], None)
    (False, True)
    """
    before, after = before or [], after or []
    return [row[0] for row in before] == [row[0] for row in after] and all(
        is_same_figure(old[3], new[3]) for old, new in zip(before, after, strict=True)
    )
