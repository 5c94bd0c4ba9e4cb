import re

import pytest

from cytovox.report.report_content import CONTENT_PATTERN, LONGEST_CONTENT, ContentPart, ReportContent, listed

CONTENT = ReportContent.of({part: part.value for part in ContentPart})


def test_a_token_is_the_whole_content_and_reads_back():
    assert re.match(CONTENT_PATTERN, CONTENT.token)
    assert len(CONTENT.token) <= LONGEST_CONTENT
    assert ReportContent.from_token(CONTENT.token) == CONTENT


@pytest.mark.parametrize("part", ContentPart)
def test_a_part_that_changed_is_told_and_no_other(part):
    present = ReportContent({**CONTENT.parts, part.value: "0" * 64})
    assert CONTENT.changed_to(present) == (part.value,)
    assert CONTENT.changed_to(CONTENT) == ()


def test_a_part_that_was_not_signed_cannot_have_changed():
    cells = ReportContent({"cells": CONTENT.parts["cells"]})
    assert cells.changed_to(CONTENT) == ()
    assert cells != CONTENT
    assert CONTENT.changed_to(cells) == tuple(part.value for part in ContentPart)[1:]


def test_words_are_listed_as_people_do():
    assert listed(["a"]) == "a"
    assert listed(["a", "b"]) == "a and b"
    assert listed(["a", "b", "c"]) == "a, b and c"
