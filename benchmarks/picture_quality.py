"""False alarms and detections of the quality warnings: `python -m benchmarks.picture_quality [SPLIT...]`.

Pictures as they are should raise no warning of focus, exposure, colour or kind; blurred, darkened, brightened
and oversaturated versions should raise theirs. Scales are estimated, as in use; cells are counted by labels.
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Callable

import cv2
import numpy as np

from benchmarks.labelled_pictures import RulerField, ruler_fields
from cytovox.domain.image import RgbPixels
from cytovox.imaging.quality import quality_warnings
from cytovox.imaging.scale import estimate_scale
from cytovox.imaging.stain import linear_light


def blurred(sigma_um: float) -> Callable[[RulerField], RgbPixels]:
    """Out of focus by a Gaussian of some micrometres."""
    return lambda r: np.asarray(cv2.GaussianBlur(r.pixels, (0, 0), sigma_um / r.mpp_um), np.uint8)


def lit(times: float) -> Callable[[RulerField], RgbPixels]:
    """With so many times the light."""

    def expose(ruler: RulerField) -> RgbPixels:
        light = np.clip(linear_light(ruler.pixels) * times, 0, 1)
        encoded = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
        return np.rint(encoded * 255).astype(np.uint8)

    return expose


def saturated(times: float) -> Callable[[RulerField], RgbPixels]:
    """With colours so many times as far from grey."""

    def strengthen(ruler: RulerField) -> RgbPixels:
        grey = ruler.pixels.astype(np.float32).mean(axis=2, keepdims=True)
        return (grey + (ruler.pixels - grey) * times).clip(0, 255).astype(np.uint8)

    return strengthen


def shrunk(factor: float) -> Callable[[RulerField], RgbPixels]:
    """At lower magnification: no fault."""
    return lambda r: np.asarray(
        cv2.resize(r.pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8
    )


VERSIONS: dict[str, Callable[[RulerField], RgbPixels]] = {
    "as it is": lambda r: r.pixels,
    "0.3 times the size": shrunk(0.3),
    "blurred by 0.7 um": blurred(0.7),
    "blurred by 1.0 um": blurred(1.0),
    "blurred by 1.5 um": blurred(1.5),
    "0.15 times the light": lit(0.15),
    "0.08 times the light": lit(0.08),
    "2.5 times the light": lit(2.5),
    "4 times the light": lit(4.0),
    "2.5 times the saturation": saturated(2.5),
    "4 times the saturation": saturated(4.0),
}


def main() -> None:
    """Print the share of pictures that raise each warning, for each set and version."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "splits", nargs="*", default=["val"], metavar="SPLIT", help="train, val (the default)"
    )
    parser.add_argument("--every", type=int, default=1, help="take only every so-manieth picture")
    arguments = parser.parse_args()
    raised: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for ruler in ruler_fields(tuple(arguments.splits), every=arguments.every):
        cells = [int((ruler.field.classes == kind).sum()) for kind in range(3)]
        for version, spoil in VERSIONS.items():
            pixels = spoil(ruler)
            keys = {
                warning.key
                for warning in quality_warnings(
                    pixels,
                    scale=estimate_scale(pixels),
                    red_cells=cells[0],
                    white_cells=cells[1],
                    platelets=cells[2],
                )
            }
            counter = raised[ruler.name, version]
            counter.update(
                keys | {"n"} | ({"any of picture"} if keys - {"scale_unknown", "scale_uncertain"} else set())
            )
    for (name, version), counter in sorted(raised.items(), key=lambda item: item[0][0]):
        shares = {key: f"{count / counter['n']:.1%}" for key, count in sorted(counter.items()) if key != "n"}
        print(f"{name:26s} {version:26s} n={counter['n']:<4d} {shares}")


if __name__ == "__main__":
    main()
