"""Reports on a field of 200 cells in each form, against drawing the overlay that they hold."""

from collections.abc import Callable

from benchmarks.measuring import Comparison, compare
from benchmarks.report_speed import example_field
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.report.overlay import overlay_png
from cytovox.report.report_csv import report_to_csv
from cytovox.report.report_document import ReportDocument
from cytovox.report.report_html import report_to_html
from cytovox.report.report_json import report_to_json
from cytovox.report.report_pdf import report_to_pdf
from cytovox.report.report_pictures import Layers, SmearPicture, map_colours
from cytovox.report.report_sections import ReportCase
from cytovox.report.smear_report import smear_report

CELLS = 200
WRITERS: dict[str, Callable[[ReportDocument], bytes]] = {
    "PDF": report_to_pdf,
    "HTML": report_to_html,
    "CSV": report_to_csv,
    "JSON": report_to_json,
}


def run() -> list[Comparison]:
    """Each form with everything before it: crops, overlay, map, differential."""
    findings, pixels = example_field(CELLS)
    assert findings.smear_map is not None  # noqa: S101 - for the type checker
    colours = [cell_class.colour for cell_class in load_taxonomy("smear_map")]
    layers = Layers(pixels, map_colours(findings.smear_map.classes, colours))
    picture = SmearPicture(findings, lambda: layers)
    case = ReportCase("field", "2026-01-01T00:00:00Z", "0")

    def overlay() -> None:
        overlay_png(pixels, findings)

    def written(write: Callable[[ReportDocument], bytes]) -> Callable[[], object]:
        return lambda: write(smear_report([picture], case))

    return [
        compare(f"report as {form}", written(write), "overlay as PNG", overlay)
        for form, write in WRITERS.items()
    ]
