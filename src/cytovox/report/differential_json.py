"""A differential as JSON, schema `cytovox.differential/1`: percentages and their intervals in percent."""

import math
from typing import Any

from cytovox.domain.differential import (
    Differential,
    DifferentialRow,
    MarrowFigures,
    PlateletFindings,
    RedCellFindings,
)
from cytovox.domain.exact_binomial import CountRatio
from cytovox.domain.flags import Flag, flags_of
from cytovox.domain.proportion import Proportion
from cytovox.domain.reference_ranges import ReferenceRange
from cytovox.report import NOTICE
from cytovox.report.findings_json import JsonObject

SCHEMA = "cytovox.differential/1"
INTERVAL = "exact binomial, 95 % (Clopper and Pearson 1934; Rümke 1985; CLSI H20-A2)"
_DECIMALS = 4


def differential_to_dict(found: Differential) -> JsonObject:
    """A differential as plain values that JSON can hold; null where nothing was counted below the line."""
    flags = flags_of(found)
    progress = found.progress
    return {
        "schema": SCHEMA,
        "material": found.panel.material,
        "pictures": found.pictures,
        "counted_cells": found.panel.counted_cells,
        "total": found.total,
        "progress": {
            "counted": progress.counted,
            "targets": list(progress.targets),
            "target": progress.target,
            "missing": progress.missing,
            "half_width": None if progress.half_width is None else _rounded(100 * progress.half_width),
        },
        "interval": INTERVAL,
        "rows": [_row(row, flags) for row in found.rows],
        "apart": [{"key": c.key, "name": c.name, "colour": c.colour, "count": c.count} for c in found.apart],
        "nucleated_red_cells": None
        if found.nucleated_red_cells is None
        else _ratio(found.nucleated_red_cells, per=100),
        "marrow": None if found.marrow is None else _marrow(found.marrow, flags),
        "red_cells": _red_cells(found.red_cells),
        "platelets": _platelets(found.platelets),
        "flags": [
            {"key": flag.key, "weight": flag.weight.value, "text": flag.text, "rule": flag.rule}
            for flag in flags
        ],
        "notice": NOTICE,
    }


def _row(row: DifferentialRow, flags: tuple[Flag, ...]) -> JsonObject:
    own = f"{row.standing}:{row.key}"
    return {
        "key": row.key,
        "name": row.name,
        "colour": row.colour,
        "parent": row.parent,
        **_share(row.share),
        "reference": _reference(row.reference),
        "standing": None if row.standing is None else row.standing.value,
        "flag": next((flag.text for flag in flags if flag.key == own), None),
    }


def _share(share: Proportion) -> JsonObject:
    return {
        "count": share.count,
        "percent": _rounded(100 * share.share),
        "low": _rounded(100 * share.low) if share.total else None,
        "high": _rounded(100 * share.high) if share.total else None,
    }


def _ratio(ratio: CountRatio, *, per: int = 1) -> JsonObject:
    return {
        "count": ratio.first,
        "of": ratio.second,
        "value": _rounded(per * ratio.ratio),
        "low": _rounded(per * ratio.low) if ratio.second else None,
        "high": _rounded(per * ratio.high),
    }


def _reference(reference: ReferenceRange | None) -> JsonObject | None:
    if reference is None:
        return None
    return {"low": reference.low, "high": reference.high, "source": reference.source}


def _marrow(marrow: MarrowFigures, flags: tuple[Flag, ...]) -> JsonObject:
    return {
        "myeloid": _share(marrow.myeloid),
        "erythroid": _row(marrow.erythroid, flags),
        "me_ratio": _ratio(marrow.me_ratio),
        "reference": _reference(marrow.reference),
        "standing": None if marrow.standing is None else marrow.standing.value,
        "blasts": _share(marrow.blasts),
    }


def _red_cells(found: RedCellFindings) -> JsonObject:
    seen, sizes = found.parasitaemia, found.sizes
    return {
        "count": found.count,
        "infected": None if seen is None else seen.count,
        "parasitaemia": None if seen is None else _share(seen),
        "sizes": None
        if sizes is None
        else {
            "cells": sizes.cells,
            "variation_percent": _rounded(100 * sizes.variation),
            "mean_um": None if sizes.mean_um is None else _rounded(sizes.mean_um),
            "sd_um": None if sizes.sd_um is None else _rounded(sizes.sd_um),
        },
    }


def _platelets(found: PlateletFindings) -> JsonObject:
    return {
        "count": found.count,
        "clumps": found.clumps,
        "per_1000_red_cells": _ratio(found.to_red_cells, per=1000),
    }


def _rounded(value: float) -> Any:
    return round(value, _DECIMALS) if math.isfinite(value) else None
