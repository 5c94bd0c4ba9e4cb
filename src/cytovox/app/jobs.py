"""What a worker does with a case of each kind."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cytovox.app.case_files import CaseFiles
from cytovox.app.cases import Case, CaseKind, CellCounts
from cytovox.app.results import FINDINGS, result_files
from cytovox.app.scan_rows import ScanRow
from cytovox.app.similar_features import FEATURES, Embed, embed_cells, features_of
from cytovox.app.store import ORIGINAL
from cytovox.domain.findings import SmearFindings
from cytovox.domain.image import SmearImage
from cytovox.domain.material import Material
from cytovox.domain.taxonomy import COARSE
from cytovox.io.smear import open_smear_bytes

Progress = Callable[[float, str], None]
Analyze = Callable[[SmearImage, Progress], SmearFindings]

ANALYSIS_SHARE = 0.9
"""Part of the progress bar that the analysis itself takes; the rest is writing the results."""


@dataclass(frozen=True, slots=True)
class JobResult:
    """What an analysis yields.

    Attributes:
        files: The result files by name: their bytes, or files that are moved away.
        counts: Cells found, or None for a case without cells.
        scan: What a time line needs of a stack, or None for other cases.
    """

    files: Mapping[str, bytes | Path]
    counts: CellCounts | None = None
    scan: ScanRow | None = None


JobFunction = Callable[[Case, CaseFiles, Progress], JobResult]
"""Analyses a case: its record, its files, and where to tell the progress.

The progress callback raises to end the analysis early: let that exception through.
"""


def smear_job(analyses: Mapping[Material, Analyze], embed: Embed | None = None) -> JobFunction:
    """The job of a smear case.

    Args:
        analyses: For each material: picture and progress callback in, findings out.
        embed: Looks at each white cell, so that cells that look alike are found; later where it is None.
    """

    def analyse_case(case: Case, read: CaseFiles, progress: Progress) -> JobResult:
        image = open_smear_bytes(read(ORIGINAL), case.name, mpp_um=case.mpp_um)
        analyze = analyses[case.material]
        findings = analyze(image, lambda fraction, step: progress(fraction * ANALYSIS_SHARE, step))
        progress(ANALYSIS_SHARE, "writing the results")
        files = result_files(image, findings)
        if embed is not None:
            files[FEATURES] = features_of(json.loads(files[FINDINGS]), image, embed).to_bytes()
        return JobResult(files, coarse_counts(findings))

    return analyse_case


def analyze_with_map(material: Material) -> Analyze:
    """Finds the cells of a smear of that material by the installed models, with the map."""

    def analyze(image: SmearImage, progress: Progress) -> SmearFindings:
        # Imported with the first picture: a worker that waits needs no models.
        from cytovox.analysis.smear import SmearOptions, analyze_smear  # noqa: PLC0415

        options = SmearOptions(smear_map=True, material=material)
        return analyze_smear(image, options=options, progress=progress)

    return analyze


def analyse_stack(case: Case, files: CaseFiles, progress: Progress) -> JobResult:
    """The job of a stack, by the installed models or with the label map that came with it."""
    # As above; the libraries that read stacks are slow to import, too.
    from cytovox.analysis.volume import analyze_volume  # noqa: PLC0415
    from cytovox.app.volume_jobs import volume_job  # noqa: PLC0415

    return volume_job(analyze_volume)(case, files, progress)


JOB_KINDS: dict[str, JobFunction] = {
    CaseKind.SMEAR: smear_job({material: analyze_with_map(material) for material in Material}, embed_cells),
    CaseKind.VOLUME: analyse_stack,
}
"""What is done with a case of each kind."""


def coarse_counts(findings: SmearFindings) -> CellCounts:
    """Number of red cells, of white cells (in marrow of nucleated ones), platelets and unidentified cells."""
    total = dict.fromkeys(COARSE, 0)
    for key, count in findings.counts.items():
        total[findings.cells.taxonomy.coarse(key)] += count
    return CellCounts(*total.values())
