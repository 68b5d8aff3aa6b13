"""Formats of spreadsheets."""

import re
from collections.abc import Iterable
from unicodedata import east_asian_width

#: Odoo writes its formats of dates as strftime does.
_EXCEL = {
    "%d": "dd", "%-d": "d", "%m": "mm", "%-m": "m", "%Y": "yyyy", "%y": "yy", "%b": "mmm", "%B": "mmmm",
    "%a": "ddd", "%A": "dddd", "%H": "hh", "%I": "hh", "%M": "mm", "%S": "ss", "%p": "AM/PM",
}  # fmt: skip


def excel_format(strftime: str) -> str:
    """The number format of a spreadsheet for a date or time as Odoo's languages write it.

    What stands between is text, and is quoted:

    >>> excel_format("%m/%d/%Y"), excel_format("%d.%m.%Y %H:%M:%S")
    ('mm/dd/yyyy', 'dd.mm.yyyy hh:mm:ss')
    >>> excel_format("%Y年%m月%d日")
    'yyyy"年"mm"月"dd"日"'
    """
    parts = re.split(r"(%-?[A-Za-z])", strftime)
    return "".join(_EXCEL.get(part, "") if part.startswith("%") else _quoted(part) for part in parts)


def _quoted(text):
    return re.sub(r"[^\s./:,-]+", lambda found: f'"{found[0]}"', text.replace('"', ""))


def number_format(unit: str, digits: int = 0, symbol: str = "") -> str:
    """The format of a number with its unit: the cell stays a number, and 43.2 per cent is 43.2.

    >>> number_format("percent", 1), number_format("money", 2, "CNY"), number_format("number")
    ('#,##0.0"%"', '#,##0.00 "CNY"', '#,##0')
    >>> number_format("hours", 1, "h"), number_format("number", 12)
    ('#,##0.0 "h"', '#,##0.0000')
    """
    decimals = max(0, min(digits, 4))
    digits_format = "#,##0" + ("." + "0" * decimals if decimals else "")
    if unit == "percent":
        return digits_format + '"%"'
    symbol = re.sub(r'["\\\x00-\x1f]', "", symbol)[:20]
    return f'{digits_format} "{symbol}"' if symbol else digits_format


def sheet_name(text: str, taken: Iterable[str] = ()) -> str:
    """A name that a spreadsheet accepts for a sheet and that no other one has, whatever case it is written in.

    >>> sheet_name("Won / lost: [2026]"), sheet_name("'x'", ()), sheet_name("  ")
    ('Won   lost   2026', 'x', 'Sheet')
    >>> sheet_name("Figures", {"figures"}), len(sheet_name("x" * 40, {"x" * 31}))
    ('Figures 2', 31)
    """
    name = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", text).strip(" '")[:31].rstrip(" '") or "Sheet"
    known, number, free = {other.casefold() for other in taken}, 1, name
    while free.casefold() in known:
        number += 1
        suffix = f" {number}"
        free = name[: 31 - len(suffix)] + suffix
    return free


def column_width(texts: Iterable[str], most: int = 60) -> int:
    """Characters that a column needs to show its texts and the arrow of a filter; those of East Asia take two.

    >>> column_width(["Customer", "Acme"]), column_width(["客户", "上海晨光贸易有限公司"]), column_width(["x" * 200])
    (11, 23, 60)
    """
    widest = max((sum(1 + (east_asian_width(letter) in "WF") for letter in text) for text in texts), default=0)
    return min(most, widest + 3)
