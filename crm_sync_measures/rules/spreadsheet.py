"""Formats of spreadsheets."""

import re

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
