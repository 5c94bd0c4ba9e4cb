"""What a classifier said of each labelled cell, and a gallery of its surest mistakes."""

import base64
import csv
import html
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cytovox.domain.errors import ImageFileError
from cytovox.domain.taxonomies import taxonomy_named
from cytovox.domain.taxonomy import Taxonomy
from cytovox.evaluation.cell_naming import NamedCells, cell_view
from cytovox.evaluation.labelled_sets import LabelledCell
from cytovox.evaluation.page_style import PAGE_STYLE
from cytovox.io.browser_picture import browser_picture

_COLUMNS = ("set", "file", "label", "named", "confidence", "unidentified", "prediction_set", "unfamiliarity")


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said of one labelled cell.

    Attributes:
        set_name: The set that it is of.
        cell: The cell and its label.
        named: The best class, refused or not.
        right: Whether that is its label, or a class under or above it.
        confidence: Calibrated probability of `named`.
        unidentified: Whether the classifier refused to name it.
        prediction_set: Classes in its set, most probable first.
        unfamiliarity: How unlike the training cells; NaN where not known.
    """

    set_name: str
    cell: LabelledCell
    named: str
    right: bool
    confidence: float
    unidentified: bool
    prediction_set: tuple[str, ...]
    unfamiliarity: float


def answers_of(set_name: str, named: NamedCells) -> list[Answer]:
    """What was said of each cell of a set."""
    says = named.predictions
    confidence = says.confidence
    return [
        Answer(
            set_name,
            cell,
            str(says.best[row]),
            _related(cell.label, str(says.best[row]), says.taxonomy),
            float(confidence[row]),
            bool(says.unidentified[row]),
            says.prediction_set(row),
            float(says.unfamiliarity[row]),
        )
        for row, cell in enumerate(named.cells)
    ]


def answers_csv(answers: Sequence[Answer]) -> str:
    """One line a cell, with a header."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for a in answers:
        stranger = "" if np.isnan(a.unfamiliarity) else f"{a.unfamiliarity:.6g}"
        writer.writerow(
            (a.set_name, a.cell.path.name, a.cell.label, a.named, f"{a.confidence:.4f}", int(a.unidentified),
             " ".join(a.prediction_set), stranger)
        )  # fmt: skip
    return buffer.getvalue()


def worst_mistakes(answers: Sequence[Answer], *, of_each_set: int = 40) -> list[Answer]:
    """The wrong answers that were given most surely, set by set; those that were not refused come first."""
    found: list[Answer] = []
    for name in dict.fromkeys(a.set_name for a in answers):
        wrong = [a for a in answers if a.set_name == name and not a.right]
        found += sorted(wrong, key=lambda a: (a.unidentified, -a.confidence))[:of_each_set]
    return found


def gallery_page(answers: Sequence[Answer], *, title: str, taxonomy: str) -> str:
    """A page with the pictures of some answers, to look at; it shows data-set pictures, so never publish it.

    Args:
        answers: In the order to show.
        title: Of the page.
        taxonomy: Names of the classes.
    """
    names = taxonomy_named(taxonomy)
    parts = []
    for set_name in dict.fromkeys(a.set_name for a in answers):
        of_set = [a for a in answers if a.set_name == set_name]
        figures = "".join(_figure(a, names) for a in of_set)
        parts.append(f'<h2>{html.escape(set_name)}</h2><div class="gallery">{figures}</div>')
    body = "".join(parts) or "<p>No mistakes.</p>"
    note = "These pictures belong to the data sets; they are for your own looking only."
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{PAGE_STYLE}</style></head><body><main><h1>{html.escape(title)}</h1><p>{note}</p>"
        f"{body}</main></body></html>"
    )


def _figure(answer: Answer, names: Taxonomy) -> str:
    try:
        image = cell_view(answer.cell)
    except ImageFileError:
        return ""
    data = base64.b64encode(browser_picture(b"", image).thumbnail).decode()
    said = f"named {names.name_of(answer.named)}, {answer.confidence:.0%}"
    sets = ", ".join(names.name_of(key) for key in answer.prediction_set) or "none"
    lines = (f"<b>{names.name_of(answer.cell.label)}</b>", said, f"typical of: {sets}")
    refused = "<br>unidentified" if answer.unidentified else ""
    text = "<br>".join(lines) + refused
    name = html.escape(answer.cell.path.name)
    return (
        f'<figure><img loading="lazy" alt="{name}" title="{name}" src="data:image/jpeg;base64,{data}">'
        f"<figcaption>{text}</figcaption></figure>"
    )


def _related(label: str, named: str, taxonomy: Taxonomy) -> bool:
    if label == named:
        return True
    if label not in taxonomy or named not in taxonomy:
        return False
    return label in taxonomy.lineage(named) or named in taxonomy.lineage(label)
