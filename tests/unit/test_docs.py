"""What READMEs and docs name is there: links, pictures, files, models, methods, menus, and what the menus are called in Chinese."""

import ast
import re
import subprocess
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import polib
import pytest

ROOT = Path(__file__).parents[2]
ADDON = ROOT / "crm_sync_measures"
NAMES = subprocess.run(
    ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
).stdout.splitlines()
FILES = {name for name in NAMES if (ROOT / name).exists()}
PAGES = sorted(name for name in FILES if name.endswith(".md"))
#: What a file path in the text ends with.
SUFFIXES = ("py", "xml", "md", "csv", "po", "pot", "txt", "json", "sql", "toml", "js", "png", "sh")
#: Odoo's own entries, where a way to a screen of ours may begin.
OF_ODOO = {"Settings", "Contacts", "Calendar", "设置", "联系人", "日历"}
ACTIONS_OF_ODOO = {"Import records", "Export"}
#: Words that people say and no screen writes.
NOT_ON_SCREENS = {"指示灯", "评判标准"}
#: Methods that every model of Odoo has.
EVERYWHERE = {"create", "write", "unlink", "read", "search", "search_read", "search_count", "formatted_read_group"}


def prose(name):
    """A page without its code."""
    return re.sub(r"```.*?```", "", (ROOT / name).read_text(), flags=re.DOTALL)


@cache
def models():
    """The models of the addons, and the names of all that is defined in code."""
    code = "\n".join((ROOT / name).read_text() for name in sorted(FILES) if name.endswith(".py"))
    defined = {name for pair in re.findall(r"def (\w+)|^    (\w+) = fields\.", code, re.MULTILINE) for name in pair}
    return set(re.findall(r'_name = "([\w.]+)"', code)), defined


def anchors(page):
    """The headings of a page, as its readers' links name them."""
    heads = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


# ---------------------------------------------------------------- links and files


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_somewhere(name):
    dead = []
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(name)):
        if re.match(r"\w+:", target):
            continue
        path, _, anchor = target.partition("#")
        page = (ROOT / name).parent / path if path else ROOT / name
        if not page.exists() or (anchor and anchor not in anchors(page)):
            dead.append(target)
    assert dead == []


def test_every_picture_is_shown_somewhere_and_small():
    shown = {Path(target).name for name in PAGES for target in re.findall(r"\]\((\S+\.png)\)", prose(name))}
    pictures = [ROOT / name for name in FILES if name.startswith("docs/images/")]
    assert {picture.name for picture in pictures} == shown
    assert [picture.name for picture in pictures if picture.stat().st_size > 200_000] == []


def test_the_page_of_the_app_shows_pictures_of_its_own_only():
    page = (ADDON / "static" / "description" / "index.html").read_text()
    pictures = re.findall(r'(?:src|href)="([^"#]+)"', page)
    assert [name for name in pictures if not (ADDON / "static" / "description" / name).is_file()] == []
    assert any(name.endswith(".png") for name in pictures)
    assert not re.search(r"<script|<style|<link|://", page), "Odoo Apps strips or refuses what comes from elsewhere"


@pytest.mark.parametrize("name", PAGES)
def test_every_file_that_is_named_is_there(name):
    there = FILES | {str(folder) for file in FILES for folder in Path(file).parents}
    missing = []
    for token in re.findall(r"`([^`\n]+)`", prose(name)):
        if "*" in token and "/" not in token:
            continue  # how files of a kind are called
        if (
            " " in token
            or "<" in token
            or token.startswith("/")
            or not re.search(rf"(\.({'|'.join(SUFFIXES)})|/)$", token)
        ):
            continue
        choice = re.search(r"\{([^}]*)\}", token)
        for variant in [token.replace(choice[0], one) for one in choice[1].split(",")] if choice else [token]:
            pattern = re.compile(r"(.*/)?" + re.escape(variant.strip("/")).replace(r"\*", "[^/]*"))
            if not any(pattern.fullmatch(path) for path in there):
                missing.append(variant)
    assert missing == []


# ---------------------------------------------------------------- models and methods


@pytest.mark.parametrize("name", PAGES)
def test_every_model_and_method_that_is_named_is_there(name):
    (known_models, defined), missing = models(), []
    text = (ROOT / name).read_text()
    for token in re.findall(r"`(crm\.sync\.[\w.]+)`", text):
        parts = token.split(".")
        known = next((at for at in range(len(parts), 2, -1) if ".".join(parts[:at]) in known_models), 0)
        if not known or (parts[known:] and (len(parts) > known + 1 or parts[known] not in defined)):
            missing.append(token)
    for model, method in re.findall(r"/json/2/([\w.]+)/(\w+)", text):
        if (model.startswith("crm.sync.") and model not in known_models) or method not in EVERYWHERE | defined:
            missing.append(f"{model}/{method}")
    assert missing == []


# ---------------------------------------------------------------- rooms


def imported():
    """``{(room, file, name)}`` of what rooms import from each other."""
    rooms = {folder.name for folder in (ADDON / "models").iterdir() if folder.is_dir()}
    found = set()
    for layer in ("models", "wizard", "report", "controllers"):
        for path in (ADDON / layer).glob("*/*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ImportFrom) and node.level > 1:
                    room, file = ["", *(node.module or "").split(".")][-2:]
                    if room in rooms - {path.parent.name}:
                        found |= {(room, f"{file}.py", alias.name) for alias in node.names}
    return found


def test_what_a_room_imports_from_another_is_named_on_its_page():
    """The name itself, or its file; the mixins of the core are named together."""
    found = imported()
    assert len(found) > 50
    secret = []
    for room, file, name in sorted(found):
        page = (ROOT / "docs" / f"{room}.md").read_text()
        is_named = re.search(rf"\b{re.escape(name)}\b|(?<!\w){re.escape(file)}`", page)
        if not is_named and not (room == "core" and file.endswith("_mixin.py")):
            secret.append(f"{room}: {name} of {file}")
    assert secret == []


# ---------------------------------------------------------------- menus


@cache
def terms():
    """``{English: Chinese}`` of everything the addon says."""
    return {entry.msgid: entry.msgstr for entry in polib.pofile(str(ADDON / "i18n" / "zh_CN.po"))}


@cache
def menus():
    """The way to each menu of the addon, as a tuple of names."""
    parents, names, actions = {}, {}, {}
    for file in (ADDON / folder for folder in ("views", "wizard", "report", "data")):
        for path in file.rglob("*.xml"):
            root = ElementTree.parse(path).getroot()
            above = {child: parent for parent in root.iter() for child in parent}
            for record in root.iter("record"):
                title = record.find("field[@name='name']")
                actions[record.get("id")] = title.text if title is not None else ""
            for item in root.iter("menuitem"):
                outer = above[item].get("id") if above[item].tag == "menuitem" else ""
                parents[short(item.get("id"))] = short(item.get("parent") or outer)
                names[short(item.get("id"))] = item.get("name") or short(item.get("action"))

    def way(menu):
        return (*way(parents[menu]), actions.get(names[menu], names[menu])) if menu in names else ()

    return {way(menu) for menu in names}


@cache
def settings():
    """The titles of the blocks of the settings page."""
    pages = [ElementTree.parse(path) for path in ADDON.glob("views/*/*.xml")]
    return {block.get("title") for page in pages for block in page.iter("block")}


def short(xmlid):
    return (xmlid or "").rpartition(".")[2]


def runs(ways):
    """Every unbroken part of a way: a page may begin in the middle."""
    return {way[first:last] for way in ways for first in range(len(way)) for last in range(first + 1, len(way) + 1)}


@pytest.mark.parametrize("name", PAGES)
def test_every_way_through_the_menus_is_one(name):
    chinese = {tuple(terms().get(step, step) for step in way) for way in menus()}
    known = runs(menus()) | runs(chinese)
    words = set(terms()) | set(terms().values())
    blocks = {title for block in settings() for title in (block, terms()[block])}
    astray = []
    for text in re.findall(r"(?<![*\w])\*([^*\n]+ ‣ [^*\n]+)\*", prose(name)):
        way = tuple(step for step in text.split(" ‣ ") if step not in ACTIONS_OF_ODOO)
        if way[:2] == ("Settings", "Technical"):
            continue
        beyond = way[0] in OF_ODOO and all(step in words for step in way[1:]) and (len(way) < 3 or way[2] in blocks)
        if not (way in known or beyond):
            astray.append(text)
    assert astray == []


@pytest.mark.parametrize("name", ["docs/guide.md", "docs/guide.zh_CN.md"])
def test_the_guide_lists_every_job_by_its_name(name):
    jobs = {
        record.find("field[@name='name']").text
        for path in ADDON.glob("data/*/*.xml")
        for record in ElementTree.parse(path).iter("record")
        if record.get("model") == "crm.sync.job"
    }
    listed = {job for row in re.findall(r"^\| ([^|]+) \|", prose(name), re.MULTILINE) for job in re.split(", |、", row)}
    assert {job for job in jobs if not {job, terms()[job]} & listed} == set()


def test_the_glossary_says_what_the_screens_say_in_chinese():
    said = "\n".join(terms().values())
    strange = []
    for line in (ROOT / "docs" / "glossary.md").read_text().splitlines():
        _, english, chinese, *_ = [*line.split("|"), "", "", ""]
        words = re.split(r"[、/：]", re.sub(r"（.*?）|，.*", "", chinese))
        strange += [(english.strip(), word.strip()) for word in words if word.strip() not in said]
    assert [pair for pair in strange if pair[1] not in {"中文", "---", *NOT_ON_SCREENS}] == []
