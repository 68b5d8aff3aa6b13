"""What our components draw can be used without a mouse and without eyes: read from their templates, the hidden states too."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[2]
#: Of the addon and of its bridges.
TEMPLATES = sorted(ROOT.glob("crm_sync_measures*/static/src/**/*.xml"))
#: What takes a click by itself, or says so; a capital begins a component, which is looked at where it is written.
CONTROLS = {"button", "a", "input", "select", "textarea", "label", "summary"}
#: These follow the links of what the server has written, which are links.
DELEGATES = {"o_crm_sync_brief_sheet", "o_crm_sync_report_sheet"}
TEXT = ("t-out", "t-esc", "t-call", "t-slot")
NAME = (
    "aria-label",
    "t-att-aria-label",
    "title",
    "t-att-title",
    "t-attf-aria-label",
    "aria-labelledby",
    "t-att-aria-labelledby",
)


def elements():
    for path in TEMPLATES:
        for element in ElementTree.parse(path).iter():
            if isinstance(element.tag, str):
                yield path, element


def told(path, element):
    return f"{path.relative_to(ROOT)}: {ElementTree.tostring(element, encoding='unicode')[:160]}"


def has(element, names):
    return any(name in element.attrib for name in names)


def has_text(element):
    return any(
        (part.text or "").strip()
        or (part is not element and (part.tail or "").strip())
        or has(part, (*TEXT, *NAME))
        or part.tag[0].isupper()
        for part in element.iter()
    )


def test_there_are_templates():
    addons = {path.relative_to(ROOT).parts[0] for path in TEMPLATES}
    assert len(TEMPLATES) > 20 and addons == {"crm_sync_measures", "crm_sync_measures_pos"}


def test_what_takes_a_click_is_a_control():
    wrong = [
        told(path, element)
        for path, element in elements()
        if any(name.startswith("t-on-click") for name in element.attrib)
        and element.tag not in CONTROLS
        and not element.tag[0].isupper()
        and "'button'" not in element.get("t-tag", "")
        and not DELEGATES & set(element.get("class", "").split())
        and not (element.get("role") and element.get("tabindex"))
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("tag", ["button", "a"])
def test_every_control_has_a_name(tag):
    wrong = [
        told(path, element)
        for path, element in elements()
        if element.tag == tag and not has(element, (*TEXT, *NAME)) and not has_text(element)
    ]
    assert not wrong, "\n".join(wrong)


def test_icons_pictures_and_charts_have_a_text_or_are_left_out_on_purpose():
    wrong = []
    for path, element in elements():
        classes = element.get("class", "").split() if element.tag in ("i", "span") else []
        if element.tag in ("svg", "canvas") or "fa" in classes or "oi" in classes:
            hidden = element.get("aria-hidden") == "true" or element.get("role") in ("presentation", "none")
            if not hidden and not has(element, NAME):
                wrong.append(told(path, element))
        if element.tag == "img" and not has(element, ("alt", "t-att-alt", "t-attf-alt")):
            wrong.append(told(path, element))
        if element.tag == "canvas" and element.get("role") != "img":
            wrong.append(told(path, element))
    assert not wrong, "\n".join(wrong)
