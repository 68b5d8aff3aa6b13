"""What a stranger writes costs us no more than its length."""

import time

import pytest
from rules.case_intake import File, clean_email, clean_line, clean_text, file_problem
from rules.case_words import query_of
from rules.mail_repair import readable

_HOSTILE = {
    "blanks": "x" + " " * 100_000 + "x",
    "lines": "x" + "\n" * 100_000 + "x",
    "blank lines": " \n" * 50_000,
    "brackets": "<" * 100_000,
    "addresses": "a@" + "a." * 50_000,
    "marks": "=?utf-8?q?" * 10_000,
}


@pytest.mark.parametrize("name", _HOSTILE)
def test_a_long_text_is_cleaned_in_no_time(name):
    text = _HOSTILE[name]
    begin = time.process_time()
    clean_text(text, 20_000)
    clean_line(text)
    clean_email(text)
    query_of(text, text)
    file_problem(File(text, 9))
    mail = f"From: {text[:9000]}\r\nContent-Type: text/html; charset=zlib\r\n\r\n{text}"
    readable(mail.encode())
    assert time.process_time() - begin < 1.5
