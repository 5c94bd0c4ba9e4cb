"""How well `estimate_scale` measures the scale: `python -m benchmarks.scale_estimation [SPLIT...]`.

The truth is the median size of the boxes of whole red cells, taken as 7.5 um and a margin of 9 %. Every
picture is measured as it is and resized. The estimator was tuned on training pictures of detection/, never on
malaria/iml.
"""

import argparse
from collections import defaultdict
from time import perf_counter

import numpy as np

from benchmarks.labelled_pictures import ruler_fields
from cytovox.imaging.resample import resample
from cytovox.imaging.scale import estimate_scale

FACTORS = (1.0, 0.3, 0.5, 2.0)


def main() -> None:
    """Print a line for each set, origin, split and size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "splits", nargs="*", default=["val"], metavar="SPLIT", help="train, val (the default)"
    )
    parser.add_argument("--every", type=int, default=1, help="take only every so-manieth picture")
    arguments = parser.parse_args()
    ratios: dict[tuple[str, str, float], list[float]] = defaultdict(list)
    claimed: list[tuple[float, float]] = []
    times = []
    for ruler in ruler_fields(tuple(arguments.splits), every=arguments.every):
        for factor in FACTORS:
            pixels = resample(ruler.pixels, factor)
            started = perf_counter()
            scale = estimate_scale(pixels)
            if factor == 1.0:
                times.append(perf_counter() - started)
            ratio = np.nan if scale.mpp_um is None else scale.mpp_um * factor / ruler.mpp_um
            ratios[ruler.name, ruler.field.split, factor].append(ratio)
            claimed.append((ratio, scale.relative_sd or np.nan))
    print(
        "set                        split   size     n  unknown   bias  median error  within 10%  within 25%"
    )
    for (name, split, factor), found in sorted(ratios.items()):
        print(f"{name:26s} {split:5s} x {factor:<4g} {_line(np.array(found))}")
    print(f"{'all':26s} {'':5s}        {_line(np.concatenate(list(map(np.array, ratios.values()))))}")
    errors = np.array([abs(np.log(ratio)) / sd for ratio, sd in claimed])
    print(f"errors within twice the claimed uncertainty: {np.mean(errors[np.isfinite(errors)] < 2):.1%}")
    print(f"time of one estimate, pictures as they are: median {np.median(times) * 1e3:.1f} ms")


def _line(ratio: np.ndarray) -> str:
    known = np.isfinite(ratio)
    error = np.where(known, np.abs(ratio - 1), np.inf)
    return (
        f"{len(ratio):5d} {np.mean(~known):8.1%} {np.median(ratio[known]):6.3f} {np.median(error):13.1%} "
        f"{np.mean(error < 0.10):12.1%} {np.mean(error < 0.25):12.1%}"
    )


if __name__ == "__main__":
    main()
