"""Whether pictures that are counted together could be of one smear, in words."""

from collections.abc import Sequence

from cytovox.domain.differential import Differential
from cytovox.domain.pooled_agreement import TABLES_DRAWN, Agreement, agreement

DIFFER_BELOW = 0.01
"""p-value below which pictures are said to differ: of a hundred smears that are alike throughout, one is."""
FEW_CELLS = 100
"""Cells below which a test sees only differences that nobody would overlook."""
METHOD = f"chi-square of cells by picture and type, against {TABLES_DRAWN + 1} random tables (Hope 1968)"


def pictures_agreement(pooled: Differential, own: Sequence[Differential]) -> Agreement | None:
    """How well pictures agree in their counted types; None where there is nothing to compare.

    Args:
        pooled: The differential of all pictures.
        own: That of each.
    """
    types = [row.key for row in pooled.rows if row.parent is None]
    return agreement([[one.count(key) for key in types] for one in own])


def do_differ(found: Agreement) -> bool:
    """Whether pictures differ more than counting chance explains."""
    return found.p_value < DIFFER_BELOW


def agreement_text(found: Agreement) -> str:
    """What the test says, and what to do where pictures differ."""
    p = f"p = {found.p_value:.2g}" if found.p_value > 1 / (TABLES_DRAWN + 1) else f"p ≤ {found.p_value:.1g}"
    if do_differ(found):
        return (
            f"The pictures differ more than chance explains ({p}). Cells lie unevenly on a smear, or a "
            "picture is of another one: suggest a look at each."
        )
    few = f" With {found.cells} cells, only large differences would show." if found.cells < FEW_CELLS else ""
    return f"The pictures differ no more than chance explains ({p}).{few}"
