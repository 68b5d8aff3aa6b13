"""Which words a text is found by, and how much two texts are alike. For every language: Chinese is written without borders between
words, so two characters that stand side by side are one word there.

Nothing of the database is needed for it, no dictionary, no extension and no setting of its language.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from .case_intake import clean_text

#: Words kept of a text that is to be found, and words that are looked for.
KEPT, ASKED = 300, 60
#: Texts that are compared at most.
CANDIDATES = 2000
#: Below this, two texts have no more in common than any two.
ALIKE = 0.2
#: How many of a text's rarest words are looked up, by two of them at a time.
_RARE = 12
#: What a word is taken to occur in of all texts where nothing is known of it.
_UNKNOWN = 0.01

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"[{_CJK}]+|(?:(?![{_CJK}])[^\W_])+")
_IS_CJK = re.compile(rf"[{_CJK}]")
#: Between these characters are words; they are hardly ever in one.
_CJK_BREAK = re.compile("[的了吗呢吧啊呀我你您他她它们这那请]+")
_STOP = frozenset(
    [
        "about",
        "after",
        "again",
        "all",
        "also",
        "am",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "because",
        "been",
        "before",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "doing",
        "for",
        "from",
        "get",
        "got",
        "had",
        "has",
        "have",
        "he",
        "hello",
        "her",
        "here",
        "him",
        "his",
        "how",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "just",
        "like",
        "may",
        "me",
        "more",
        "most",
        "my",
        "no",
        "not",
        "of",
        "off",
        "on",
        "once",
        "one",
        "only",
        "or",
        "other",
        "our",
        "out",
        "over",
        "please",
        "she",
        "should",
        "so",
        "some",
        "such",
        "than",
        "thank",
        "thanks",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "to",
        "too",
        "up",
        "us",
        "very",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "while",
        "who",
        "whom",
        "whose",
        "why",
        "will",
        "with",
        "would",
        "yes",
        "you",
        "your",
        "dear",
        "regards",
        "hi",
        "dont",
        "cant",
    ]
)


def words_of(text: object, limit: int = KEPT) -> list[str]:
    """The words a text is found by, each once, in their order.

    >>> words_of("The lamps are flickering. My lamp flickers!"), words_of("Two scratched chairs; it's a scratch")
    (['lamp', 'flicker'], ['two', 'scratch', 'chair'])
    >>> words_of("展柜的门锁打不开，请处理"), words_of("LED灯闪")
    (['展柜', '门锁', '锁打', '打不', '不开', '处理'], ['led', '灯闪'])
    >>> words_of("Order 20260313 for 12 lamps, model X200"), words_of(None), words_of("x" * 1_000_000)
    (['order', 'lamp', 'model', 'x200'], [], [])

    They can be put between quotes and blanks as they are:

    >>> words_of("' & | ! \\\\ a'b \\x00 <script>")
    ['script']
    """
    found = {}
    for run in _RUN.findall(unicodedata.normalize("NFKC", clean_text(text)).casefold()):
        for word in _words_of_run(run):
            found[word] = None
        if len(found) >= limit:
            break
    return list(found)[:limit]


def _words_of_run(run):
    if _IS_CJK.match(run):
        for part in _CJK_BREAK.split(run):
            yield from (part[place : place + 2] for place in range(len(part) - 1))
    elif 2 <= len(run) <= 40 and run not in _STOP and not run.isdigit():
        yield stem(run)


def stem(word: str) -> str:
    """A word without what English puts at its end; the same for all forms of most words, and no matter that it is none.

    >>> [stem(word) for word in ("deliveries", "delivery", "closed", "closing", "close", "lenses", "glass", "stopped", "stop", "café")]
    ['delivery', 'delivery', 'clos', 'clos', 'clos', 'lens', 'glass', 'stop', 'stop', 'café']
    """
    if not word.isascii() or len(word) < 5:
        return word
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("ses", "s"), ("xes", "x"), ("ches", "ch"), ("shes", "sh")):
        if word.endswith(ending):
            return word.removesuffix(ending) + instead
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) >= len(ending) + 3:
            word = word.removesuffix(ending)
            if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
                word = word[:-1]
            return word
    return word[:-1] if word.endswith("e") and len(word) > 4 else word


def asked(words: Sequence[str], share: Mapping[str, float], total: float) -> list[tuple[str, ...]]:
    """What to look for: groups of words that stand together in what is alike, so that few enough texts are found.

    :param words: in the order in which they matter
    :param share: of some words, in which part of all texts each of them is; of the others as much as the smallest of these
    :param total: number of all texts

    Two words of a text say something, one does not:

    >>> asked(["lamp", "flicker", "dim"], {}, 50)
    [('lamp', 'flicker'), ('lamp', 'dim'), ('flicker', 'dim')]
    >>> asked(["refund"], {}, 50), asked([], {}, 50)
    ([('refund',)], [])

    Among a million texts two frequent words say nothing, but three of them may:

    >>> asked(["late", "order", "lamp"], {"late": 0.1, "order": 0.1, "lamp": 0.1}, 1_000_000)
    [('late', 'order', 'lamp')]
    >>> asked(["late", "order", "lamp"], {"late": 0.1, "order": 0.1, "lamp": 0.001}, 1_000_000)
    [('late', 'lamp'), ('order', 'lamp')]
    """
    known = {word: share.get(word) or rarity(share) for word in words}
    rarest = set(sorted(words, key=known.get)[:_RARE])
    rarest = [word for word in words if word in rarest]
    for size in range(min(2, len(rarest)), min(5, len(rarest)) + 1):
        groups, expected = [], 0
        for group in sorted(combinations(rarest, size), key=lambda group: math.prod(map(known.get, group))):
            expected += total * math.prod(map(known.get, group))
            if expected > CANDIDATES:
                break
            groups.append(group)
        if groups and groups[0]:
            return groups
    return [tuple(rarest)] if rarest else []


def rarity(share: Mapping[str, float]) -> float:
    """In which part of all texts a word is that is none of the frequent ones.

    >>> rarity({"late": 0.5, "order": 0.004}), rarity({})
    (0.002, 0.01)
    """
    return min(share.values()) / 2 if share else _UNKNOWN


def likeness(query: Mapping[str, float], share: Mapping[str, float], text: Iterable[str]) -> float:
    """How much of ``query`` is in ``text``, from 0 to 1. Rare words say more; a long text has a bit of everything.

    :param query: words with how much each of them matters

    >>> query = {"lamp": 2, "flicker": 2, "dim": 1}
    >>> likeness(query, {}, ["lamp", "flicker", "dim"]), likeness(query, {}, ["chair", "scratch"]), likeness({}, {}, ["chair"])
    (1.0, 0.0, 0.0)
    >>> round(likeness(query, {"lamp": 0.5}, ["lamp"]), 2), round(likeness(query, {"lamp": 0.5}, ["flicker"]), 2)
    (0.31, 0.46)
    >>> round(likeness(query, {}, ["lamp", "flicker", *map(str, range(398))]), 2)
    0.4
    """
    text, rare = set(text), rarity(share)
    weights = {word: matters * math.log(1 + 1 / (share.get(word) or rare)) for word, matters in query.items()}
    whole = sum(weights.values())
    found = sum(weight for word, weight in weights.items() if word in text)
    return found / whole / (1 + math.log10(max(1.0, len(text) / 40))) if whole else 0.0


def query_of(subject: object, text: object) -> dict[str, float]:
    """The words to look for, with how much each matters: the subject more than the text.

    >>> query_of("Lamp flickers", "The lamp flickers when it is dimmed")
    {'lamp': 2.0, 'flicker': 2.0, 'dim': 1.0}
    """
    query = dict.fromkeys(words_of(subject, ASKED), 2.0)
    for word in words_of(text, ASKED):
        query.setdefault(word, 1.0)
    return dict(list(query.items())[:ASKED])
