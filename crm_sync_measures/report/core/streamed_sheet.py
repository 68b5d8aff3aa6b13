"""Workbooks that are sent while they are made: a million rows, in the memory of some thousand.

Written by hand, as a general writer of workbooks takes ten times the processor time, more than Odoo gives a request.
It knows text, numbers, days and moments, a frozen line of titles and a filter. Standard library only; no formula can come
about, since text is always written as text.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from math import isfinite

#: What a sheet holds, its titles included, and what a part of the file may weigh before it needs a newer format.
_MOST_ROWS, _MOST_BYTES = 1_048_576, 1_900_000_000
_LONGEST = 32767
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
#: Styles by their number: as it is, bold title, day, moment.
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd hh:mm:ss"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font>'
    '</fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_ZERO = date(1899, 12, 30).toordinal()


def streamed_workbook(
    name: str, titles: Iterable[str], rows: Iterable[tuple], about: Iterable[tuple] = ()
) -> Iterator[bytes]:
    """The bytes of a workbook of ``rows``, piece by piece; nothing is read before it is asked for.

    :param name: of the sheet; where one does not hold all, the next ones are numbered
    :param about: ``(label, value)`` lines of a last sheet that says what this is

    >>> import io
    >>> file = io.BytesIO(b"".join(streamed_workbook("Data", ["a", "b"], [("=1+1", 2.5), (None, date(2026, 3, 1))])))
    >>> sheet = zipfile.ZipFile(file).read("xl/worksheets/sheet1.xml").decode()
    >>> '<c t="inlineStr"><is><t xml:space="preserve">=1+1</t></is></c><c><v>2.5</v></c>' in sheet
    True
    >>> '<c/><c s="2"><v>46082</v></c>' in sheet, '<autoFilter ref="A1:B3"/>' in sheet
    (True, True)
    """
    sink, titles = _Sink(), list(titles)
    names, rows = [], iter(rows)
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        is_over = False
        while not is_over:
            names.append(name if not names else f"{name} {len(names) + 1}")
            with archive.open(f"xl/worksheets/sheet{len(names)}.xml", "w") as part:
                is_over = yield from _sheet(part, sink, titles, rows)
        about = list(about)
        if about:
            names.append("About")
            with archive.open(f"xl/worksheets/sheet{len(names)}.xml", "w") as part:
                yield from _sheet(part, sink, [], iter(about))
        for path, text in _parts(names):
            archive.writestr(path, text)
        yield sink.take()
    yield sink.take()


class _Sink:
    """A file that cannot be gone back in: what was written is taken and forgotten."""

    def __init__(self):
        self._pieces = []

    def write(self, data):  # pylint: disable=method-required-super
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self):
        pass

    def take(self):
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


def _sheet(part, sink, titles, rows):
    """Write rows to ``part`` until they, or the sheet, are at an end; returns whether it is the rows."""
    frozen = (
        '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        "</sheetView></sheetViews>"
        if titles
        else ""
    )
    part.write(f'{_HEAD}<worksheet xmlns="{_MAIN}">{frozen}<sheetData>'.encode())
    count = size = 0
    if titles:
        part.write(_row_xml([_text(title, 1) for title in titles]))
        count = 1
    known, batch, is_over = {}, [], True
    for row in rows:
        batch.append(_row_xml([_cell(value, known) for value in row]))
        count += 1
        if len(batch) == 1000:
            size += part.write(b"".join(batch))
            batch = []
            if piece := sink.take():
                yield piece
        if count >= _MOST_ROWS or size > _MOST_BYTES:
            is_over = False
            break
    part.write(b"".join(batch))
    filtered = f'<autoFilter ref="A1:{_letters(len(titles))}{count}"/>' if titles and count > 1 else ""
    part.write(f"</sheetData>{filtered}</worksheet>".encode())
    yield sink.take()
    return is_over


def _row_xml(cells):
    return f"<row>{''.join(cells)}</row>".encode()


def _cell(value, known):
    """One cell; texts that come again and again are made once."""
    if value is None or value is False or value == "":
        return "<c/>"
    if value is True:
        return '<c t="b"><v>1</v></c>'
    if isinstance(value, str):
        if value not in known:
            if len(known) > 20_000:
                known.clear()
            known[value] = _text(value)
        return known[value]
    if isinstance(value, datetime):
        seconds = value.hour * 3600 + value.minute * 60 + value.second
        return f'<c s="3"><v>{value.toordinal() - _ZERO + seconds / 86400:.15g}</v></c>'
    if isinstance(value, date):
        return f'<c s="2"><v>{value.toordinal() - _ZERO}</v></c>'
    return f"<c><v>{value!r}</v></c>" if isinstance(value, int) or isfinite(value) else "<c/>"


def _text(value, style=0):
    """
    >>> _text("<b> & =1\\x01")
    '<c t="inlineStr"><is><t xml:space="preserve">&lt;b&gt; &amp; =1</t></is></c>'
    """
    value = _FORBIDDEN.sub("", value[:_LONGEST]).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    styled = f' s="{style}"' if style else ""
    return f'<c t="inlineStr"{styled}><is><t xml:space="preserve">{value}</t></is></c>'


def _letters(column):
    """
    >>> _letters(1), _letters(26), _letters(27), _letters(33)
    ('A', 'Z', 'AA', 'AG')
    """
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _parts(names):
    """What a workbook has besides its sheets."""
    numbers = range(1, len(names) + 1)
    sheet_type = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    yield (
        "[Content_Types].xml",
        (
            f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{sheet_type}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{sheet_type}.styles+xml"/>'
            + "".join(
                f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{sheet_type}.worksheet+xml"/>'
                for n in numbers
            )
            + "</Types>"
        ),
    )
    yield (
        "_rels/.rels",
        (
            f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
            f'<Relationship Id="rId1" Type="{_REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
    )
    # Names are the addon's own words.
    sheets = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(names, 1))
    yield "xl/workbook.xml", (f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>{sheets}</sheets></workbook>')
    yield (
        "xl/_rels/workbook.xml.rels",
        (
            f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
            + "".join(
                f'<Relationship Id="rId{n}" Type="{_REL}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
            )
            + f'<Relationship Id="rId{len(names) + 1}" Type="{_REL}/styles" Target="styles.xml"/></Relationships>'
        ),
    )
    yield "xl/styles.xml", _STYLES
