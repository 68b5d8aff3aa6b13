"""What customers' words are about, by the words that stand for it in each language. Never writes, never raises."""

from collections.abc import Iterable
from dataclasses import dataclass

from .case_routing import plain, word_found, words_of

__all__ = ["ThemeRule", "themes_of", "words_of"]


@dataclass(frozen=True)
class ThemeRule:
    """Words that stand for a theme, in the texts of one language or, without ``lang``, of any."""

    theme: int
    words: tuple[str, ...]
    lang: str | None = None


def themes_of(rules: Iterable[ThemeRule], text: str | None, lang: str | None = None) -> frozenset[int]:
    """The themes a text is about.

    >>> rules = [
    ...     ThemeRule(1, words_of("price*, expensive, too much"), "en_US"), ThemeRule(1, words_of("价格，贵"), "zh_CN"),
    ...     ThemeRule(2, words_of("deliver*, late"), "en_US"), ThemeRule(2, words_of("物流，送货"), "zh_CN"),
    ...     ThemeRule(3, words_of("app")),
    ... ]
    >>> sorted(themes_of(rules, "Fair prices, but the delivery was late", "en_US")), sorted(themes_of(rules, "太贵了", "zh_CN"))
    ([1, 2], [1])

    The dialects of a language are one. A word of another language is not taken for one of this:

    >>> sorted(themes_of(rules, "The app is expensive", "en_GB")), sorted(themes_of(rules, "Der late App Store", "de_DE"))
    ([1, 3], [2, 3])
    >>> german = [ThemeRule(4, words_of("tag"), "de_DE"), ThemeRule(5, words_of("label"), "en_US")]
    >>> sorted(themes_of(german, "The tag fell off", "en_US")), sorted(themes_of(german, "The tag fell off"))
    ([], [4])

    Customers also write in another language than theirs. Where nothing is found, the words of languages that are written
    otherwise are looked for too, since those cannot be mistaken:

    >>> sorted(themes_of(rules, "物流太慢", "en_US")), sorted(themes_of(rules, "Too expensive!", "zh_CN"))
    ([2], [1])
    >>> themes_of(rules, None), themes_of([], "late")
    (frozenset(), frozenset())
    """
    told = plain(text)
    rules = list(rules)
    own = [rule for rule in rules if _is_for(rule, lang)]
    if not any(rule.lang for rule in own):
        # Of a language without words of its own, all are looked for.
        own = rules
    found = _found(own, told)
    if not found and lang:
        found = _found(
            [rule for rule in rules if rule not in own and _is_unspaced(rule.lang) != _is_unspaced(lang)], told
        )
    return found


def _found(rules, text):
    return frozenset(rule.theme for rule in rules if rule.words and word_found(rule.words, text))


def _is_for(rule, lang):
    return not rule.lang or (bool(lang) and rule.lang.split("_")[0] == lang.split("_")[0])


def _is_unspaced(lang):
    return (lang or "").split("_")[0] in ("zh", "ja")
