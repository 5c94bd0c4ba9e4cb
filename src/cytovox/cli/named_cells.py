"""Named cells for people, as a table, and for programs, as JSON."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from cytovox.cli.console import results
from cytovox.domain.predictions import CellPredictions
from cytovox.report import NOTICE

SCHEMA = "cytovox.cell-predictions/1"


@dataclass(frozen=True, slots=True)
class NamedCell:
    """A picture and what its cell is.

    Attributes:
        path: The picture as the user named it.
        predictions: One row; None where it failed.
        top: How many classes to give.
        explanation: File with its explanation, or None.
        error: Why it failed, or None.
    """

    path: str
    predictions: CellPredictions | None = None
    top: int = 3
    explanation: str | None = None
    error: str | None = None


def named_cells_to_dict(named: Sequence[NamedCell], model: str) -> dict[str, Any]:
    """What the cells are, as plain values."""
    level = next((cell.predictions.level for cell in named if cell.predictions is not None), None)
    return {
        "schema": SCHEMA,
        "model": model,
        "level": level,
        "results": [{"path": cell.path, **_answer(cell), "error": cell.error} for cell in named],
        "notice": NOTICE,
    }


def _answer(cell: NamedCell) -> dict[str, Any]:
    predictions = cell.predictions
    if predictions is None:
        return {"label": None, "confidence": None, "top": []}
    unfamiliarity = float(predictions.unfamiliarity[0])
    top = predictions.ranked(0)[: cell.top]
    return {
        "label": str(predictions.label[0]),
        "best": str(predictions.best[0]),
        "confidence": round(float(predictions.confidence[0]), 4),
        "unidentified": bool(predictions.unidentified[0]),
        "prediction_set": list(predictions.prediction_set(0)),
        "unfamiliarity": round(unfamiliarity, 4) if math.isfinite(unfamiliarity) else None,
        "top": [{"key": key, "probability": round(probability, 4)} for key, probability in top],
        "explanation": cell.explanation,
    }


def print_named_cells(named: Sequence[NamedCell]) -> None:
    """Print label, percentage, runners-up and prediction set of each picture that could be read."""
    console = results()
    level = next((cell.predictions.level for cell in named if cell.predictions is not None), None)
    sets = () if level is None else (f"{level:.0%} set",)
    table = Table("picture", "cell", "confidence", "else", *sets, box=None, header_style="bold")
    table.columns[2].justify = "right"
    for cell in named:
        if cell.predictions is not None:
            table.add_row(Text(Path(cell.path).name), *_row(cell.predictions, cell.top))
    console.print(table)
    console.print(Text(NOTICE, style="dim"))


def _row(predictions: CellPredictions, top: int) -> list[str]:
    taxonomy = predictions.taxonomy
    ranked = [(taxonomy.name_of(key), f"{share:.1%}") for key, share in predictions.ranked(0)[:top]]
    (best, confidence), *others = ranked
    # A refused cell's percentages are those it would have if it were one of the classes: a guess.
    name = f"unidentified (guess: {best})" if predictions.unidentified[0] else best
    row = [name, confidence, ", ".join(f"{other} {share}" for other, share in others)]
    if predictions.level is not None:
        row.append(", ".join(map(taxonomy.name_of, predictions.prediction_set(0))) or "typical of none")
    return row
