"""docs/data-dictionary.md says what the models are."""

from dev import dictionary


def test_the_data_dictionary_is_current(server):
    written = dictionary.FILE.read_text().splitlines()
    now = dictionary.text(server.database).splitlines()
    changed = [
        *(f"+ {line}" for line in now if line not in set(written)),
        *(f"- {line}" for line in written if line not in set(now)),
    ]
    assert (changed[:20], written == now) == ([], True), "run dev/launch dictionary"
