"""Parts that reports on smears and on stacks share: models and their figures, sign-off, how it came about."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from cytovox.domain.findings import Provenance, QualityWarning
from cytovox.report.report_content import CHANGED, listed
from cytovox.report.report_document import (
    Block,
    Cell,
    Column,
    Facts,
    JsonObject,
    Row,
    Section,
    Sentence,
    Table,
    Tone,
)

REPORT_NOTICE = (
    "Research use only: for research and education, not for diagnosis. Not a medical device; a qualified "
    "person must review every result."
)
"""What every page of a report says."""

_MAIN_METRICS: Mapping[str, tuple[str, ...]] = {
    "find_cells": ("mAP@0.5", "white-cell recall"),
    "classify_cells": ("accuracy", "balanced accuracy", "macro f1", "ece"),
    "segment_white_cells": ("Dice, nucleus", "Dice, whole cell"),
    "find_parasites": ("sensitivity", "specificity", "ROC AUC", "of them called infected"),
    "segment_organs": ("Dice, stomach", "Dice, small_bowel", "Dice, large_bowel"),
    "find_organ_slices": ("slices kept that hold it, any",),
}
"""Of each task, the figures that a report tells; the model's card has all."""
_TASKS: Mapping[str, str] = {
    "find_cells": "finds cells",
    "classify_cells": "names white cells",
    "segment_white_cells": "tells nucleus and cytoplasm apart",
    "find_parasites": "tells infected red cells",
    "segment_organs": "draws organs",
    "find_organ_slices": "finds slices with organs",
}
_METRICS: Mapping[str, str] = {
    "of them called infected": "healthy red cells called infected",
    "ece": "calibration error",
    "Dice, small_bowel": "Dice, small bowel",
    "Dice, large_bowel": "Dice, large bowel",
}
"""Metrics in words, where their names say too little."""
_BLANK = "." * 40


@dataclass(frozen=True, slots=True)
class Measured:
    """One measured figure of a model."""

    metric: str
    value: float
    data: str
    note: str


@dataclass(frozen=True, slots=True)
class ModelFigures:
    """A model that took part, and what was measured of it.

    Attributes:
        name: Bundle name.
        version: Bundle version.
        sha256: Hash of its network.
        task: What it does, or "" where this very version is not installed any more.
        measured: All its figures.
    """

    name: str
    version: str
    sha256: str
    task: str = ""
    measured: tuple[Measured, ...] = ()


@dataclass(frozen=True, slots=True)
class SignedBy:
    """A signature.

    Attributes:
        name: Who signed.
        at_utc: When, ISO 8601.
        comment: What they added, or "".
        is_current: Whether the report still states what was signed.
        picture: Which picture was signed, from 1, where the report is on several; else None.
        changes: What was done since to what was signed, in words: "cells were corrected".
    """

    name: str
    at_utc: str
    comment: str
    is_current: bool
    picture: int | None = None
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportCase:
    """What a person said of a case, for the head of its report.

    Attributes:
        name: What the case is called.
        made_utc: When the report is made, ISO 8601.
        cytovox_version: By which version.
        subject: Pseudonym of the person, or None.
        specimen: What the smear is called, or None.
        collected_on: ISO 8601 date of the specimen, or None.
        models: Models that took part.
        signatures: Newest first; of several pictures those of each, picture by picture.
        removed: Cells that a reviewer removed.
        remarks: On several pictures as one smear.
        content: What a signature of it is for, as of `ReportContent.token`; None where none can be had.
    """

    name: str
    made_utc: str
    cytovox_version: str
    subject: str | None = None
    specimen: str | None = None
    collected_on: str | None = None
    models: tuple[ModelFigures, ...] = ()
    signatures: tuple[SignedBy, ...] = ()
    removed: int = 0
    remarks: tuple[QualityWarning, ...] = ()
    content: str | None = None


def stamp_of(signatures: Sequence[SignedBy], *, several: int = 0) -> str:
    """Whether somebody signed the findings as they are, in two or three words.

    Args:
        signatures: Newest first.
        several: Number of pictures where there are several: these are signed one by one, their count is not.
    """
    if several:
        return "Not signed"
    if any(signature.is_current for signature in signatures):
        return "Signed"
    return "Changed since signed" if signatures else "Not signed"


def status_of(signatures: Sequence[SignedBy], *, several: int = 0) -> Sentence:
    """Whether somebody signed the findings as they are, in one sentence.

    Args:
        signatures: Newest first.
        several: As of `stamp_of`.
    """
    if several and signatures:
        return _status_of_pictures(signatures, several)
    for signature in signatures:
        if signature.is_current:
            return Sentence(f"Signed by {signature.name} on {day_and_time(signature.at_utc)}.", Tone.GOOD)
    if signatures:
        last = signatures[0]
        return Sentence(
            f"Changed since signed: {last.name} signed on {day_and_time(last.at_utc)}; after that, "
            f"{_changes(last)}. To be signed again.",
            Tone.WARNING,
        )
    return Sentence("Not signed: no person has confirmed these findings.", Tone.WARNING)


def _changes(signature: SignedBy) -> str:
    return listed(signature.changes or (CHANGED,))


def _status_of_pictures(signatures: Sequence[SignedBy], several: int) -> Sentence:
    signed = len({signature.picture for signature in signatures if signature.is_current})
    if signed == several:
        return Sentence(
            f"Not signed as a whole. Each of the {several} pictures is signed as it is.", Tone.NOTE
        )
    are = "is signed as it is" if signed == 1 else "are signed as they are"
    return Sentence(f"Not signed as a whole. {signed} of the {several} pictures {are}.", Tone.WARNING)


def day_and_time(utc: str) -> str:
    """An ISO 8601 time as "2026-01-02 03:04 UTC"."""
    return f"{utc[:10]} {utc[11:16]} UTC"


def case_facts(case: ReportCase, about: Sequence[tuple[str, str]], analysed_utc: str) -> Facts:
    """The head of a report.

    Args:
        case: What people said of it.
        about: Further names and values, after the person and the specimen.
        analysed_utc: When the analysis ended.
    """
    given = (
        ("Person (pseudonym)", case.subject),
        ("Specimen", case.specimen),
        ("Collected on", case.collected_on),
    )
    items = [(name, value) for name, value in given if value]
    items += [*about, ("Analysed", day_and_time(analysed_utc)), ("Report made", day_and_time(case.made_utc))]
    return Facts("case", tuple((name, Cell(value)) for name, value in items))


def warning_sentences(warnings: Sequence[tuple[str, QualityWarning]]) -> tuple[Sentence, ...]:
    """Each warning, with the name of its picture where there are several.

    Args:
        warnings: Name of the picture or "", and its warning.
    """
    return tuple(
        Sentence(f"{name}: {warning.message}" if name else warning.message, Tone.WARNING)
        for name, warning in warnings
    )


def models_section(models: Sequence[ModelFigures]) -> Section:
    """Which models took part, and how good they were where they were measured."""
    blocks: list[Block] = [
        Table(
            "models",
            "Models that took part.",
            (Column("model", "Model"), Column("task", "What it does"), Column("hash", "SHA-256 begins")),
            tuple(
                Row(
                    model.name,
                    (
                        Cell(f"{model.name} {model.version}"),
                        Cell(_TASKS.get(model.task, model.task) or "not installed any more"),
                        Cell(model.sha256[:12]),
                    ),
                )
                for model in models
            ),
        )
    ]
    if rows := [row for model in models for row in _figures(model)]:
        blocks.append(
            Table(
                "measured",
                "What was measured of them. Pictures of another laboratory may do worse; the model's "
                "card has every figure.",
                (
                    Column("model", "Model"),
                    Column("data", "Measured on"),
                    Column("note", "What that is", wide=True),
                    Column("figures", "Figures", wide=True),
                ),
                tuple(rows),
            )
        )
    return Section("models", "Models", tuple(blocks) if models else (Sentence("No model took part."),))


def _figures(model: ModelFigures) -> list[Row]:
    wanted = _MAIN_METRICS.get(model.task)
    told = [figure for figure in model.measured if wanted is None or figure.metric in wanted]
    groups: dict[tuple[str, str], list[Measured]] = {}
    for figure in told:
        groups.setdefault((figure.data, figure.note), []).append(figure)
    return [
        Row(
            f"{model.name}: {data}",
            (
                Cell(model.name),
                Cell(data),
                Cell(note),
                Cell(", ".join(f"{_METRICS.get(f.metric, f.metric)} {f.value:.3f}" for f in figures)),
            ),
        )
        for (data, note), figures in groups.items()
    ]


def sign_off_section(signatures: Sequence[SignedBy], *, several: int = 0) -> Section:
    """Who signed, and places to sign on paper where nobody did.

    Args:
        signatures: Newest first.
        several: As of `stamp_of`.
    """
    blocks: list[Block] = [status_of(signatures, several=several)]
    if several:
        text = "Signatures belong to single pictures: this report of several has none of its own."
        blocks.append(Sentence(text, Tone.NOTE))
    if signatures:
        blocks.append(_signatures(signatures, several=several))
    if several or not any(s.is_current for s in signatures):
        blanks = tuple((name, Cell(_BLANK)) for name in ("Name", "Date", "Signature"))
        blocks.append(Facts("to_sign", blanks))
    return Section("sign_off", "Sign-off", tuple(blocks))


def _signatures(signatures: Sequence[SignedBy], *, several: int) -> Table:
    of_which = (Column("picture", "No.", numeric=True),) if several else ()
    columns = (
        *of_which,
        Column("name", "Name"),
        Column("at", "Signed"),
        Column("state", "Since then", wide=True),
        Column("comment", "Comment", wide=True),
    )
    rows = tuple(
        Row(
            str(number),
            (
                *((Cell(str(s.picture), s.picture),) if several else ()),
                Cell(s.name),
                Cell(day_and_time(s.at_utc)),
                Cell("unchanged" if s.is_current else _changes(s)),
                Cell(s.comment or "–"),
            ),
        )
        for number, s in enumerate(signatures, start=1)
    )
    about = "Signatures of the pictures, by their number." if several else "Signatures, newest first."
    return Table("signatures", about, columns, rows)


def origin_section(case: ReportCase, provenances: Sequence[tuple[str, Provenance]]) -> Section:
    """How the findings came about, enough to repeat them.

    Args:
        case: Of the report.
        provenances: Name of each picture or stack, and how its findings came about.
    """
    blocks: list[Block] = [
        Facts("versions", (("Report by", Cell(f"Cytovox {case.cytovox_version}")),)),
    ]
    for name, provenance in provenances:
        options = ", ".join(
            f"{key} {_option(value)}" for key, value in provenance.options.items() if value is not None
        )
        blocks.append(
            Facts(
                "provenance",
                (
                    ("Input", Cell(name)),
                    ("Analysed by", Cell(f"Cytovox {provenance.cytovox_version}")),
                    ("Options", Cell(options or "as they come")),
                    ("SHA-256 of the input", Cell(provenance.input_sha256)),
                ),
            )
        )
    return Section("origin", "How it came about", tuple(blocks))


def _option(value: str | float | bool) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def case_data(case: ReportCase) -> JsonObject:
    """What programs want to know of the case, as plain values."""
    return {
        "case": {
            "name": case.name,
            "subject": case.subject,
            "specimen": case.specimen,
            "collected_on": case.collected_on,
        },
        "content": case.content,
        "made_utc": case.made_utc,
        "cytovox_version": case.cytovox_version,
        "models": [
            {
                "name": model.name,
                "version": model.version,
                "sha256": model.sha256,
                "task": model.task,
                "measured": [asdict(figure) for figure in model.measured],
            }
            for model in case.models
        ],
        "signatures": [asdict(signature) for signature in case.signatures],
    }
