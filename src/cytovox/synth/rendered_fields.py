"""Rendered smears that show what the options of a composed one ask for: no data folder is needed."""

import numpy as np

from cytovox.domain.errors import InputError
from cytovox.synth.compose_options import ComposeOptions
from cytovox.synth.options import RenderOptions
from cytovox.synth.palettes import PALETTES

_BANDS = 0.1
"""Share of band forms among rendered neutrophils."""


def rendered_options(options: ComposeOptions, area_um2: float, rng: np.random.Generator) -> RenderOptions:
    """Options of a rendered smear with the densities, infection, overlap and camera of a composed one.

    Args:
        options: What is asked for.
        area_um2: Area of the field.
        rng: Source of the palette, the stain's strength and the number of clumps.

    Raises:
        InputError: A plain white ground is asked for, which only pasted cut-outs have.
    """
    if options.ground == "white":
        raise InputError(
            "ground 'white': expected a data folder to cut cells from; rendered fields are smears"
        )
    mix = dict(options.white_cell_mix)
    neutrophils = mix.pop("neutrophil", 0.0)
    mix |= {"neutrophil_segmented": (1 - _BANDS) * neutrophils, "neutrophil_band": _BANDS * neutrophils}
    fine = {"neutrophil": "neutrophil_segmented"}
    given = options.white_cells
    return RenderOptions(
        palette=str(rng.choice(sorted(PALETTES))),
        red_cells_per_1000_um2=options.red_cells_per_1000_um2,
        white_cells_per_1000_um2=min(options.white_cells_per_1000_um2, 3.0),
        platelets_per_1000_um2=options.platelets_per_1000_um2,
        platelet_clumps=min(int(rng.poisson(options.clumps_per_1000_um2 * area_um2 / 1000.0)), 20),
        white_cells=None if given is None else tuple(fine.get(key, key) for key in given),
        white_cell_mix=mix,
        overlap_fraction=options.overlap_fraction,
        infected_fraction=options.infected_fraction,
        stain_strength=float(np.clip(np.exp(rng.normal(0.0, options.stain_spread)), 0.5, 2.0)),
        camera=options.camera,
    )
