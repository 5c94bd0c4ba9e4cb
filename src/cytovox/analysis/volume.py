"""The volume lane: one stack in, its organs out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from cytovox.analysis.organ_measures import measure_organs
from cytovox.analysis.organ_segmentation import OrganSegmentation
from cytovox.analysis.provenance import provenance_of
from cytovox.analysis.slice_organs import SliceOrgans
from cytovox.analysis.stack_views import GreyStack
from cytovox.analysis.volume_warnings import label_warnings, stack_warnings
from cytovox.domain.errors import InputError
from cytovox.domain.findings import ModelUse, Provenance
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.domain.volume import LabelMap, Volume
from cytovox.domain.volume_findings import LabelOrigin, SliceChances, VolumeFindings

Progress = Callable[[float, str], None]
"""Called with the share done, 0..1, and the present step in words."""


@dataclass(frozen=True, slots=True)
class VolumeOptions:
    """Options of `analyze_volume`.

    Attributes:
        every_slice: Whether model B looks at every slice, whatever model A says.
        least_ml: Pieces of an organ smaller than this are taken away from what the models drew; label maps
            made elsewhere are left as they are.
    """

    every_slice: bool = False
    least_ml: float = 1.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.least_ml <= 1000.0:
            raise InputError(f"least_ml: expected a volume from 0 to 1000 mL, got {self.least_ml}")


@dataclass(frozen=True, slots=True)
class VolumeModels:
    """The models of the volume lane, loaded.

    Attributes:
        slices: Model A: which slices may hold an organ.
        organs: Model B: where it is.
    """

    slices: SliceOrgans
    organs: OrganSegmentation

    @property
    def uses(self) -> tuple[ModelUse, ...]:
        """How results name them."""
        return self.slices.bundle.use, self.organs.bundle.use

    @property
    def notice(self) -> str:
        """Words that everything made with them must carry."""
        return " ".join(dict.fromkeys(filter(None, (self.slices.bundle.notice, self.organs.bundle.notice))))

    @classmethod
    def shipped(cls) -> "VolumeModels":
        """The installed bundles, loaded once a process."""
        return _shipped()


@cache
def _shipped() -> VolumeModels:
    return VolumeModels(SliceOrgans.load(), OrganSegmentation.load())


def analyze_volume(
    volume: Volume,
    models: VolumeModels | None = None,
    *,
    labels: LabelMap | None = None,
    options: VolumeOptions = VolumeOptions(),
    progress: Progress | None = None,
) -> VolumeFindings:
    """The organs of a stack: outlined and measured, or only measured where a label map is given.

    Args:
        volume: The stack.
        models: Loaded models; the shipped ones by default. None are loaded where `labels` are given.
        labels: Organs drawn elsewhere, on the grid of the stack.
        options: See `VolumeOptions`.
        progress: Called as the work goes on.

    Raises:
        InputError: `volume` is no `Volume`, or the labels lie on another grid.
        BundleError: A shipped model is missing or damaged.
    """
    if not isinstance(volume, Volume):
        raise InputError(f"analyze_volume: expected a Volume (see open_volume), got {type(volume).__name__}")
    report = progress or (lambda _share, _step: None)
    chances, notice, warnings = None, "", volume.warnings
    uses: tuple[ModelUse, ...] = ()
    origin = LabelOrigin.MODEL if labels is None else LabelOrigin.IMPORTED
    if labels is None:
        report(0.0, "loading the models")
        models = models or VolumeModels.shipped()
        labels, chances = _drawn(volume, models, options, report)
        notice, uses = models.notice, models.uses
        said = {warning.key for warning in warnings}
        found = stack_warnings(volume, chances, models.organs.bundle)
        warnings = (*(warning for warning in found if warning.key not in said), *warnings)
    elif not labels.grid.matches(volume.grid):
        raise InputError(
            f"{labels.source}: expected a label map on the grid of the stack, {volume.grid.shape} voxels, "
            f"got {labels.grid.shape} voxels that lie elsewhere; use open_label_map(..., like=volume.grid)"
        )
    report(0.95, "measuring organs")
    organs = measure_organs(labels)
    report(1.0, "done")
    return VolumeFindings(
        source=volume.source,
        grid=volume.grid,
        modality=volume.modality,
        labels=labels,
        label_origin=origin,
        organs=organs,
        warnings=(*warnings, *labels.warnings, *label_warnings(organs)),
        provenance=_provenance(volume, uses, options),
        notice=notice,
        slice_chances=chances,
        subject=volume.subject,
        day=volume.day,
    )


def _drawn(
    volume: Volume, models: VolumeModels, options: VolumeOptions, report: Progress
) -> tuple[LabelMap, SliceChances]:
    report(0.05, "reading grey levels")
    stack = GreyStack.of(volume)
    chances = models.slices.chances(stack, lambda done: report(0.1 + 0.2 * done, "choosing slices"))
    drawn = models.organs.segment(
        stack,
        None if options.every_slice else chances,
        least_ml=options.least_ml,
        progress=lambda done: report(0.3 + 0.65 * done, "outlining organs"),
    )
    taxonomy = load_taxonomy("organs")
    organs = {label: taxonomy[key] for label, key in enumerate(models.organs.organs, 1)}
    return LabelMap(drawn, volume.grid, organs, volume.source), chances


def _provenance(volume: Volume, uses: tuple[ModelUse, ...], options: VolumeOptions) -> Provenance:
    of_models: Mapping[str, float | bool] = (
        {"every_slice": options.every_slice, "least_ml": options.least_ml} if uses else {}
    )
    return provenance_of(volume.voxels, uses, of_models)
