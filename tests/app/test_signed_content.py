"""What a report states and may change is in one part of its content each; nothing else is in any."""

from dataclasses import replace

import numpy as np
import pytest
from tests.app.example_cases import example_case

from cytovox.app.signed_content import smear_content, stack_content
from cytovox.domain.findings import ModelUse, QualityWarning
from cytovox.domain.image import Scale, ScaleOrigin
from cytovox.domain.reference_ranges import ReferenceRange, default_reference_ranges
from cytovox.domain.review import Edit, with_edits
from cytovox.domain.reviewed import EditKind

CASE, RANGES = example_case(), default_reference_ranges()
SQUARE = ((1.0, 1.0), (9.0, 1.0), (9.0, 9.0), (1.0, 9.0))


def edited(*edit):
    return lambda findings: with_edits(findings, [Edit(edit[0], "R", *edit[1:])])


def other_provenance(**changes):
    return lambda f: replace(f, provenance=replace(f.provenance, **changes))


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (edited(EditKind.CLASSIFY, 2, "monocyte", None), "cells"),
        (edited(EditKind.CLASSIFY, 2, "unidentified", None), "cells"),
        (edited(EditKind.REMOVE, 3, None, None), "cells"),
        (edited(EditKind.ADD, 4, "platelet", SQUARE), "cells"),
        (edited(EditKind.REDRAW, 1, None, SQUARE), "cells"),
        (lambda f: replace(f, scale=Scale(0.2, ScaleOrigin.GIVEN, None, None)), "analysis"),
        (lambda f: replace(f, warnings=(QualityWarning("dark", "It is dark."),)), "analysis"),
        (other_provenance(models=(ModelUse("finder", "2", "0" * 64),)), "analysis"),
        (other_provenance(input_sha256="2" * 64), "analysis"),
    ],
)
def test_what_changes_of_findings_is_in_one_part(make_findings, change, part):
    findings = make_findings()
    signed = smear_content(CASE, findings, RANGES)
    assert signed.changed_to(smear_content(CASE, change(findings), RANGES)) == (part,)


@pytest.mark.parametrize(
    ("part", "value"),
    [("name", "other.png"), ("subject", "P-1"), ("specimen", "S-1"), ("collected_on", "2026-01-02")],
)
def test_what_people_said_of_the_case_is_in_the_content_of_either_kind(make_findings, part, value):
    other = replace(CASE, **{part: value})
    signed = smear_content(CASE, make_findings(), RANGES)
    assert signed.changed_to(smear_content(other, make_findings(), RANGES)) == (part,)
    assert stack_content(CASE, "1" * 64).changed_to(stack_content(other, "1" * 64)) == (part,)


def test_organs_of_a_stack_are_in_its_content():
    assert stack_content(CASE, "1" * 64).changed_to(stack_content(CASE, "2" * 64)) == ("organs",)


def test_each_end_and_source_of_a_range_of_the_material_counts_and_no_other(make_findings):
    signed = smear_content(CASE, make_findings(), RANGES)
    key, shipped = next(iter(RANGES.blood.items()))
    for other in (
        replace(shipped, low=shipped.low / 2),
        replace(shipped, high=shipped.high + 1),
        replace(shipped, source="a textbook"),
    ):
        own = replace(RANGES, blood={**RANGES.blood, key: other})
        assert signed.changed_to(smear_content(CASE, make_findings(), own)) == ("reference_ranges",)
    marrow = replace(RANGES, marrow={"monocyte": ReferenceRange("monocyte", 1, 2, "a test")})
    assert signed == smear_content(CASE, make_findings(), marrow)


def test_who_looked_tags_and_how_sure_a_model_was_are_in_none(make_findings):
    findings = make_findings()
    signed = smear_content(CASE, findings, RANGES)
    confirmed = edited(EditKind.CONFIRM, 2, "neutrophil", None)(findings)
    surer = replace(findings, cells=replace(findings.cells, score=np.ones(3, np.float32)))
    assert smear_content(CASE, confirmed, RANGES) == smear_content(CASE, surer, RANGES) == signed
    assert smear_content(replace(CASE, tags=("seen",)), findings, RANGES) == signed
