"""Classification of pictures of one centred cell each."""

from collections.abc import Sequence
from functools import cache

from cytovox.analysis.cell_classifier import CellClassifier
from cytovox.analysis.cell_finder import CellFinder
from cytovox.analysis.scale_refinement import find_at_scale
from cytovox.domain.errors import InputError
from cytovox.domain.findings import CellPredictions
from cytovox.domain.image import RgbPixels, SmearImage

_FINDER_FLOOR = 0.3


def classify_cells(
    images: Sequence[RgbPixels | SmearImage], model: str = "blood", *, batch_size: int = 32
) -> CellPredictions:
    """Class probabilities of pictures that each show one cell in the middle.

    Args:
        images: RGB arrays (H, W, 3) uint8, or `SmearImage`s, of any size. Where the scale is unknown it is
            taken from the red cells around the cell, or from the cell itself.
        model: Name of an installed classifier, or the folder of one.
        batch_size: Pictures a pass through the network.

    Returns:
        One row a picture, in order.

    Raises:
        InputError: A picture is of another shape or type.
        BundleError: There is no such classifier.
    """
    if isinstance(images, SmearImage) or hasattr(images, "shape"):
        raise InputError("classify_cells: expected a sequence of pictures; put a single one into a list")
    classifier = _classifier(model)
    crops = (_centred_view(classifier, _as_smear(image, i)) for i, image in enumerate(images))
    return CellPredictions(classifier.classes, classifier.probabilities(crops, batch_size=batch_size))


@cache
def _classifier(model: str) -> CellClassifier:
    return CellClassifier.load(model)


@cache
def _finder() -> CellFinder:
    return CellFinder.load()


def _as_smear(image: RgbPixels | SmearImage, index: int) -> SmearImage:
    return image if isinstance(image, SmearImage) else SmearImage(image, source=f"picture {index + 1}")


def _centred_view(classifier: CellClassifier, image: SmearImage) -> RgbPixels:
    middle = (image.width / 2, image.height / 2)
    scale = image.mpp_um
    if scale is None:
        scale = find_at_scale(_finder(), image.pixels, image.scale, min_score=_FINDER_FLOOR).working_um_per_px
    return classifier.crop(image.pixels, middle, scale)
