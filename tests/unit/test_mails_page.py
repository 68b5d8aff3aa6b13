"""``docs/mails.md`` tells every mail that leaves by itself, and what switches it off."""

from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parents[2]


def test_every_mail_template_is_on_the_page():
    page = (ROOT / "docs" / "mails.md").read_text()
    found = {
        record.get("id").removeprefix("mail_template_")
        for path in (ROOT / "crm_sync_measures" / "data").rglob("*.xml")
        for record in ElementTree.parse(path).iter("record")
        if record.get("model") == "mail.template"
    }
    assert found
    missing = sorted(name for name in found if f"`{name}`" not in page)
    assert not missing
