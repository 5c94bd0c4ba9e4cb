"""Classification of pictures of one centred cell each."""

from collections.abc import Sequence
from functools import cache

from cytovox.analysis.cell_classifier import CellClassifier
from cytovox.analysis.cell_finder import CellFinder
from cytovox.analysis.scale_refinement import find_at_scale
from cytovox.domain.errors import InputError
from cytovox.domain.image import RgbPixels, SmearImage
from cytovox.domain.predictions import CellPredictions

_FINDER_FLOOR = 0.3


def classify_cells(
    images: Sequence[RgbPixels | SmearImage],
    model: str = "blood",
    *,
    refuse_rate: float | None = None,
    batch_size: int = 32,
) -> CellPredictions:
    """Names, probabilities and prediction sets of pictures that each show one cell in the middle.

    Args:
        images: RGB arrays (H, W, 3) uint8, or `SmearImage`s, of any size. Where the scale is unknown it is
            taken from the red cells around the cell, or from the cell itself.
        model: Name of an installed classifier, or the folder of one.
        refuse_rate: Share of true cells that may be called "unidentified" so that strange ones are; the
            bundle's own by default, 0 to name every cell.
        batch_size: Pictures a pass through the network.

    Returns:
        One row a picture, in order.

    Raises:
        InputError: A picture is of another shape or type, or the rate is out of range.
        BundleError: There is no such classifier, or it cannot refuse.
    """
    if isinstance(images, SmearImage) or hasattr(images, "shape"):
        raise InputError("classify_cells: expected a sequence of pictures; put a single one into a list")
    classifier = loaded_classifier(model)
    crops = (_centred_view(classifier, as_smear(image, i)) for i, image in enumerate(images))
    return classifier.as_predictions(
        classifier.classify(crops, refuse_rate=refuse_rate, batch_size=batch_size)
    )


@cache
def loaded_classifier(model: str) -> CellClassifier:
    """A classifier by name or folder, loaded once a process."""
    return CellClassifier.load(model)


@cache
def _finder() -> CellFinder:
    return CellFinder.load()


def as_smear(image: RgbPixels | SmearImage, index: int) -> SmearImage:
    """A picture that knows its source and scale."""
    return image if isinstance(image, SmearImage) else SmearImage(image, source=f"picture {index + 1}")


def working_scale(image: SmearImage, classifier: CellClassifier | None = None) -> float:
    """Micrometres per pixel as given, else of the classifier's own pictures, else as the picture shows it."""
    if image.mpp_um is not None:
        return image.mpp_um
    if classifier is not None and classifier.pictures_um_per_px is not None:
        return classifier.pictures_um_per_px
    return find_at_scale(_finder(), image.pixels, image.scale, min_score=_FINDER_FLOOR).working_um_per_px


def _centred_view(classifier: CellClassifier, image: SmearImage) -> RgbPixels:
    return classifier.crop(
        image.pixels, (image.width / 2, image.height / 2), working_scale(image, classifier)
    )
