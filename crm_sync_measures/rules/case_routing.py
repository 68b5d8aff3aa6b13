"""Who gets a case: the first rule that fits says the department, and who has the least open work takes it."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

#: How much an open case weighs, by its priority from low to urgent.
WEIGHTS = {"0": 1, "1": 2, "2": 3, "3": 5}
#: So many cases are thought away at most for those that come in at the same moment.
AT_ONCE = 100

#: Writing without spaces between words: kana, and the characters that Chinese and Japanese share.
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_BEFORE, _AFTER = rf"(?<![^\W{_UNSPACED}])", rf"(?![^\W{_UNSPACED}])"
_SEPARATORS = re.compile(r"[,;\n，；、]")
#: Of one rule.
MAX_WORDS = 200


# ---------------------------------------------------------------- words


def words_of(text: str | None) -> tuple[str, ...]:
    """The words of a rule, one each, as they are looked for.

    >>> words_of("Broken, scratched lens; 破损，划痕、")
    ('broken', 'scratched lens', '破损', '划痕')
    >>> words_of(" ,, "), words_of(None), words_of("Lens, lens, ＬＥＮＳ"), words_of("*, re*fund*")
    ((), (), ('lens',), ('re*fund*',))
    """
    found = (plain(part) for part in _SEPARATORS.split(text or ""))
    return tuple(dict.fromkeys(word for word in found if word.strip("* ")))


def plain(text: str | None) -> str:
    """A text as it is compared: one case, one width, single spaces.

    >>> plain("The LENS\\n is  ｂｒｏｋｅｎ"), plain("Straße"), plain(None)
    ('the lens is broken', 'strasse', '')
    """
    return " ".join(unicodedata.normalize("NFKC", text or "").casefold().split())


def word_found(words: tuple[str, ...], text: str) -> str | None:
    """What of ``words`` a text says, both in :func:`plain` form.

    Words of languages with spaces are found as whole words; a star at the end stands for any ending:

    >>> [word_found(("lens", "refund*"), plain(text)) for text in ("My lens!", "Two lenses", "It was refunded", "Prefund")]
    ['lens', None, 'refund', None]
    >>> word_found(("not working",), plain("It is not\\nworking at all")), word_found(("c++",), "our c++ course")
    ('not working', 'c++')

    Chinese is written without spaces, so its words are found anywhere, and so is a Latin word between Chinese ones:

    >>> word_found(("破损",), "镜片破损了"), word_found(("led",), plain("这个LED灯坏了")), word_found(("破损",), "镜片很好")
    ('破损', 'led', None)
    >>> print(word_found((), "anything"))
    None
    """
    found = words and _pattern(words).search(text)
    return found[0] if found else None


@lru_cache(maxsize=2048)
def _pattern(words: tuple[str, ...]) -> re.Pattern:
    return re.compile("|".join(_expression(word) for word in words))


def _expression(word: str) -> str:
    stem = word.rstrip("* ")
    begin = _BEFORE if re.match(r"\w", stem) and not _is_unspaced(stem[0]) else ""
    end = _AFTER if re.search(r"\w$", stem) and not _is_unspaced(stem[-1]) and stem == word else ""
    return begin + re.escape(stem) + end


def _is_unspaced(char: str) -> bool:
    return bool(re.match(f"[{_UNSPACED}]", char))


# ---------------------------------------------------------------- rules


@dataclass(frozen=True)
class Rule:
    """Where cases go that are of these ``kinds``, ``categories`` (or below them) and so on; what is empty holds for any.

    ``owner`` is ``queue`` (nobody yet), ``user`` (the named ``user``) or ``least`` (who has the least open work).
    """

    id: int
    company: int
    department: int
    kinds: frozenset[str] = frozenset()
    owner: str = "queue"
    user: int | None = None
    categories: frozenset[int] = frozenset()
    words: tuple[str, ...] = ()
    lang: str | None = None
    channel: str | None = None
    tier: int = 0


@dataclass(frozen=True)
class Case:
    """What a rule looks at. ``categories`` are that of the product and all above it; ``department`` is one that is settled."""

    company: int
    kind: str
    text: str = ""
    categories: frozenset[int] = frozenset()
    tier: int = 0
    lang: str | None = None
    channel: str | None = None
    department: int | None = None
    weight: int = 1


def route_for(rules: Iterable[Rule], case: Case) -> tuple[Rule | None, str | None]:
    """The first rule that fits, and the word by which it does, if it looks for words.

    >>> lenses = Rule(1, 1, 7, kinds=frozenset({"complaint"}), categories=frozenset({4}), words=("broken", "坏了"))
    >>> chinese, rest = Rule(2, 1, 8, lang="zh_CN"), Rule(3, 1, 9)
    >>> def rule(**facts):
    ...     found, word = route_for([lenses, chinese, rest], Case(1, **facts))
    ...     return found and found.id, word
    >>> rule(kind="complaint", text="it is broken", categories=frozenset({1, 4}))
    (1, 'broken')
    >>> rule(kind="complaint", text="it is broken", categories=frozenset({1})), rule(kind="question", lang="zh_CN")
    ((3, None), (2, None))

    A department that is settled, as by the address that was written to, is not left any more:

    >>> rule(kind="question", lang="zh_CN", department=9), rule(kind="question", department=5)
    ((3, None), (None, None))
    >>> route_for([rest], Case(2, "question")), route_for([Rule(4, 1, 9, tier=2)], Case(1, "question", tier=1))
    ((None, None), (None, None))
    """
    for rule in rules:
        if not _fits(rule, case):
            continue
        if not rule.words:
            return rule, None
        if word := word_found(rule.words, case.text):
            return rule, word
    return None, None


def _fits(rule: Rule, case: Case) -> bool:
    return (
        rule.company == case.company
        and case.department in (None, rule.department)
        and (not rule.kinds or case.kind in rule.kinds)
        and (not rule.categories or not rule.categories.isdisjoint(case.categories))
        and rule.lang in (None, case.lang)
        and rule.channel in (None, case.channel)
        and rule.tier <= case.tier
    )


# ---------------------------------------------------------------- sharing out


class Shares:
    """Open work of people, and who was given a case longest ago; what is given counts at once.

    ``ahead`` cases came in at the same moment and are not seen yet: each pool of people is shared out as if it had got
    them already, so that two requests at once do not give to the same person.

    >>> shares = Shares({1: (4, 0), 2: (1, 12), 3: (1, 11)})
    >>> [shares.give((1, 2, 3), 1) for _case in range(6)]
    [3, 2, 3, 2, 3, 2]
    >>> shares.give((1, 2, 3), 1)
    1

    Of equals, who got one longest ago; of those who never did, in their order:

    >>> Shares({1: (0, 5), 2: (0, 3)}).give((1, 2), 1), Shares({5: (0, 0), 4: (0, 0)}).give((5, 4), 1)
    (2, 4)

    Four requests at the same moment see the same work, and give to four people:

    >>> work = {1: (2, 1), 2: (2, 2), 3: (2, 3), 4: (2, 4)}
    >>> [Shares(work, ahead=ahead).give((1, 2, 3, 4), 2) for ahead in range(4)]
    [1, 2, 3, 4]
    """

    def __init__(self, work: Mapping[int, tuple[int, int]], ahead: int = 0):
        self._load = {person: load for person, (load, _turn) in work.items()}
        self._turn = {person: turn for person, (_load, turn) in work.items()}
        self._next = max(self._turn.values(), default=0) + 1
        self._ahead = min(max(ahead, 0), AT_ONCE)
        self._begun: set[Sequence[int]] = set()

    def give(self, people: Sequence[int], weight: int) -> int:
        """The one of ``people`` who takes a case of this weight."""
        people = tuple(sorted(people))
        if people not in self._begun:
            self._begun.add(people)
            for _case in range(self._ahead):
                self._take(people, weight)
        return self._take(people, weight)

    def load(self, person: int) -> int:
        return self._load[person]

    def _take(self, people, weight):
        person = min(people, key=lambda one: (self._load[one], self._turn[one], one))
        self._load[person] += weight
        self._turn[person] = self._next
        self._next += 1
        return person
