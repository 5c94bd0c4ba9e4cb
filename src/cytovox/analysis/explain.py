"""One cell named and explained."""

from dataclasses import replace

from cytovox.analysis.activation import class_evidence
from cytovox.analysis.cell_classifier import CellClassifier, Classification
from cytovox.analysis.classify import as_smear, loaded_classifier, working_scale
from cytovox.domain.errors import InputError
from cytovox.domain.explanation import ClassEvidence, Explanation
from cytovox.domain.image import RgbPixels, SmearImage


def explain_cell(
    image: RgbPixels | SmearImage,
    model: str = "blood",
    *,
    centre_xy: tuple[float, float] | None = None,
    top: int = 3,
    refuse_rate: float | None = None,
) -> Explanation:
    """What one cell is, and the places in its picture that speak for the likeliest classes.

    Args:
        image: RGB array (H, W, 3) uint8, or a `SmearImage`. Where the scale is unknown it is taken from the
            picture, as `classify_cells` does.
        model: Name of an installed classifier, or the folder of one.
        centre_xy: Middle of the cell in pixels; the picture's middle by default.
        top: How many classes to give evidence for.
        refuse_rate: Share of true cells that may be called "unidentified"; the bundle's own by default.

    Returns:
        The explanation; without evidence where the bundle has no activation maps.

    Raises:
        InputError: The picture is of another shape or type, or `top` is below 1.
        BundleError: There is no such classifier.
    """
    if top < 1:
        raise InputError(f"explain_cell: expected top of 1 or more, got {top}")
    smear, classifier = as_smear(image, 0), loaded_classifier(model)
    middle = centre_xy or (smear.width / 2, smear.height / 2)
    um_per_px = working_scale(smear, classifier)
    crop = classifier.crop(smear.pixels, middle, um_per_px)
    classified = classifier.classify([crop], refuse_rate=refuse_rate, with_maps=True)
    half = classifier.crop_side(um_per_px) / 2
    predictions = classifier.as_predictions(classified)
    bare = Explanation(
        predictions=predictions,
        crop=crop,
        box=(middle[0] - half, middle[1] - half, middle[0] + half, middle[1] + half),
        classes=(),
        model=classifier.bundle.use,
    )
    return replace(bare, classes=_evidence(classifier, classified, bare, top))


def _evidence(
    classifier: CellClassifier, classified: Classification, explanation: Explanation, top: int
) -> tuple[ClassEvidence, ...]:
    if classified.maps is None:
        return ()
    side, maps = len(explanation.crop), classified.maps[0]
    return tuple(
        class_evidence(key, probability, maps[classifier.classes.index(key)], side)
        for key, probability in explanation.predictions.ranked(0)[:top]
    )
