"""What a report says of several pictures counted together: which, what each holds, whether they agree."""

from collections.abc import Iterator, Sequence

from cytovox.domain.differential import Differential
from cytovox.domain.findings import ModelUse, QualityWarning, SmearFindings
from cytovox.domain.pooled_agreement import Agreement
from cytovox.report.pictures_agreement import METHOD, agreement_text, do_differ
from cytovox.report.report_document import Block, Cell, Column, JsonObject, Row, Sentence, Table, Tone
from cytovox.report.smear_words import scale_text, size_text

OTHER_MODELS = "other_models"


def pictures_table(pictures: Sequence[SmearFindings]) -> Table:
    """The pictures with their numbers, by which the report calls them."""
    columns = (
        Column("number", "No.", numeric=True),
        Column("picture", "Picture", wide=True),
        Column("size", "Size"),
        Column("scale", "Scale", wide=True),
        Column("cells", "Cells", numeric=True),
    )
    rows = tuple(
        Row(
            str(number),
            (
                _number(number),
                Cell(findings.source),
                Cell(size_text(findings)),
                Cell(scale_text(findings.scale)),
                _number(len(findings.cells)),
            ),
        )
        for number, findings in enumerate(pictures, start=1)
    )
    return Table("pictures", f"{len(pictures)} pictures, counted together.", columns, rows)


def agreement_blocks(found: Agreement | None, own: Sequence[Differential]) -> Iterator[Block]:
    """Whether the pictures could be of one smear, and the cells of each.

    Args:
        found: As of `pictures_agreement`.
        own: The differential of each picture.
    """
    if found is None:
        yield Sentence("Too few cells to tell whether the pictures agree.", Tone.NOTE)
    else:
        yield Sentence(agreement_text(found), Tone.WARNING if do_differ(found) else Tone.PLAIN)
        about = f"{found.statistic:.1f} over {found.classes} types in {found.pictures} pictures"
        yield Sentence(f"How this is tested: {METHOD}: {about}.", Tone.NOTE)
    columns = (
        Column("number", "No.", numeric=True),
        Column("counted", "Counted", numeric=True),
        Column("types", "Cells by type", wide=True),
    )
    rows = tuple(
        Row(str(number), (_number(number), _number(one.total), Cell(_types(one))))
        for number, one in enumerate(own, start=1)
    )
    yield Table("by_picture", "Counted cells of each picture, by its number.", columns, rows)


def agreement_data(found: Agreement | None) -> JsonObject | None:
    """The test as plain values; None where there is nothing to compare."""
    if found is None:
        return None
    return {
        "pictures": found.pictures,
        "classes": found.classes,
        "cells": found.cells,
        "chi_square": round(found.statistic, 4),
        "p_value": found.p_value,
        "differ": do_differ(found),
        "text": agreement_text(found),
        "method": METHOD,
    }


def models_remark(pictures: Sequence[SmearFindings]) -> tuple[QualityWarning, ...]:
    """A warning where the pictures were not all analysed with the same models."""
    by_models: dict[frozenset[ModelUse], list[int]] = {}
    for number, findings in enumerate(pictures, start=1):
        by_models.setdefault(frozenset(findings.provenance.models), []).append(number)
    if len(by_models) < 2:
        return ()
    groups = "; ".join(
        f"{', '.join(map(str, numbers))} with {_names(models) or 'no model'}"
        for models, numbers in by_models.items()
    )
    text = (
        f"The pictures were not analysed with the same models: {groups}. Their figures may differ for that "
        "reason alone; analyse all of them with one version, or review them."
    )
    return (QualityWarning(OTHER_MODELS, text),)


def _names(models: frozenset[ModelUse]) -> str:
    return ", ".join(sorted(f"{model.name} {model.version}" for model in models))


def _types(found: Differential) -> str:
    held = [row for row in found.rows if row.parent is None and row.share.count]
    return ", ".join(f"{row.name} {row.share.count}" for row in held) or "–"


def _number(number: int) -> Cell:
    return Cell(str(number), number)
