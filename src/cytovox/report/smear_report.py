"""The report on a smear, from one picture or several: built once, for every writer."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

from cytovox.domain.differential import Differential, DifferentialRow, differential_of
from cytovox.domain.exact_binomial import CountRatio
from cytovox.domain.findings import QualityWarning
from cytovox.domain.flags import (
    Weight,
    flags_of,
    interval_text,
    percent_text,
    range_text,
    ratio_text,
    standing_text,
)
from cytovox.domain.proportion import Proportion
from cytovox.domain.reference_ranges import ReferenceRange, ReferenceRanges, Standing
from cytovox.domain.reviewed import EditKind
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.report.differential_json import INTERVAL, differential_to_dict
from cytovox.report.findings_json import findings_to_dict
from cytovox.report.pictures_agreement import pictures_agreement
from cytovox.report.pictures_together import agreement_blocks, agreement_data, models_remark, pictures_table
from cytovox.report.report_assembly import OwnPart, whole_report
from cytovox.report.report_chart import differential_chart
from cytovox.report.report_document import (
    Block,
    Cell,
    Column,
    Facts,
    Gallery,
    JsonObject,
    ReportDocument,
    Row,
    Section,
    Sentence,
    Table,
    Tone,
)
from cytovox.report.report_pictures import DrawnPictures, SmearPicture, draw_pictures
from cytovox.report.report_sections import ReportCase, case_facts, warning_sentences
from cytovox.report.smear_words import scale_text, size_text

SCHEMA = "cytovox.smear-report/1"
_TITLES = {"blood": "Blood smear: differential", "marrow": "Bone marrow smear: differential"}
_SHARE_COLUMNS = (
    Column("type", "Cells"),
    Column("count", "Count", numeric=True),
    Column("percent", "Percent", numeric=True),
    Column("interval", "95 % interval", numeric=True),
    Column("reference", "Reference", numeric=True),
    Column("standing", "Against the reference"),
)
_KINDS = {
    EditKind.CONFIRM: "confirmed",
    EditKind.CLASSIFY: "named anew",
    EditKind.ADD: "added",
    EditKind.REDRAW: "redrawn",
}


def smear_report(
    pictures: Sequence[SmearPicture], case: ReportCase, *, ranges: ReferenceRanges | None = None
) -> ReportDocument:
    """The report on pictures of one smear, counted together.

    Args:
        pictures: At least one, all of blood or all of marrow.
        case: What people said of it, models, signatures.
        ranges: Reference ranges; those that come with Cytovox by default.

    Raises:
        InputError: There is no picture, or they are of blood and of marrow.
    """
    found = differential_of([picture.findings for picture in pictures], ranges=ranges)
    own = [differential_of([picture.findings], ranges=ranges) for picture in pictures]
    several = len(pictures) > 1
    agreed = pictures_agreement(found, own) if several else None
    remarks = (*case.remarks, *models_remark([picture.findings for picture in pictures]))
    drawn = draw_pictures(pictures)
    sections = (
        _head(pictures, case),
        _suggestions(pictures, found, remarks),
        _differential(found, agreement_blocks(agreed, own) if several else ()),
        *((_marrow(found),) if found.marrow else ()),
        _red_cells_and_platelets(found),
        _pictures(pictures, drawn),
        _cells(drawn),
        _review(pictures, case),
    )
    provenances = [(picture.findings.source, picture.findings.provenance) for picture in pictures]
    data = {
        "differential": differential_to_dict(found),
        "pictures": [_picture_data(picture) for picture in pictures],
        "removed": case.removed,
        "agreement": agreement_data(agreed),
        "warnings": [asdict(remark) for remark in remarks],
    }
    return whole_report(OwnPart(SCHEMA, _TITLES[found.panel.material], sections, provenances, data), case)


def _head(pictures: Sequence[SmearPicture], case: ReportCase) -> Section:
    about = [("Material", "blood" if pictures[0].findings.material == "blood" else "bone marrow")]
    analysed = max(picture.findings.provenance.created_utc for picture in pictures)
    if len(pictures) == 1:
        findings = pictures[0].findings
        about.append(("Picture", f"{findings.source}, {size_text(findings)}, {scale_text(findings.scale)}"))
        return Section("case", "Case", (case_facts(case, about, analysed),))
    table = pictures_table([picture.findings for picture in pictures])
    return Section("case", "Case", (case_facts(case, about, analysed), table))


def _suggestions(
    pictures: Sequence[SmearPicture], found: Differential, remarks: Sequence[QualityWarning]
) -> Section:
    flags = flags_of(found)
    blocks: list[Block] = []
    if flags:
        rows = tuple(
            Row(
                flag.key,
                (Cell("look" if flag.weight is Weight.LOOK else "note"), Cell(flag.text), Cell(flag.rule)),
            )
            for flag in flags
        )
        columns = (
            Column("weight", "Weight"),
            Column("text", "Suggestion", wide=True),
            Column("rule", "Rule", wide=True),
        )
        blocks.append(
            Table(
                "flags",
                "Suggestions for a person who looks at the smear. They are no diagnosis.",
                columns,
                rows,
            )
        )
    else:
        blocks.append(Sentence("No rule suggests a further look. That is no finding of health.", Tone.NOTE))
    several = len(pictures) > 1
    told = [("", remark) for remark in remarks]
    told += [(p.findings.source if several else "", w) for p in pictures for w in p.findings.warnings]
    return Section("suggestions", "Suggestions and warnings", (*blocks, *warning_sentences(told)))


def _differential(found: Differential, further: Iterable[Block]) -> Section:
    blocks: list[Block] = [Sentence(_progress(found))]
    if found.rows:
        caption = f"Of {_counted(found)}. Interval: {INTERVAL}."
        blocks.append(Table("differential", caption, _SHARE_COLUMNS, tuple(map(_row, found.rows))))
    if (chart := differential_chart(found)) is not None:
        blocks.append(chart)
    if found.nucleated_red_cells is not None:
        per = ratio_text(found.nucleated_red_cells, per=100)
        blocks.append(
            Facts(
                "nucleated_red_cells",
                (
                    ("Nucleated red cells", _count(found.nucleated_red_cells.first)),
                    ("per 100 white cells", _ratio_cell(found.nucleated_red_cells, per, per=100)),
                ),
            )
        )
    if found.apart:
        columns = (Column("type", "Cells"), Column("count", "Count", numeric=True))
        rows = tuple(Row(c.key, (Cell(c.name, colour=c.colour), _count(c.count))) for c in found.apart)
        blocks.append(Table("apart", "Apart, and no part of the percentages.", columns, rows))
    sources = sorted({row.reference.source for row in found.rows if row.reference})
    if sources:
        blocks.append(Sentence(f"Reference ranges: {'; '.join(sources)}.", Tone.NOTE))
    return Section("differential", "Differential", (*blocks, *further))


def _progress(found: Differential) -> str:
    progress = found.progress
    of = "" if found.pictures == 1 else f" in {found.pictures} pictures"
    text = f"{_counted(found)} counted{of}. "
    if progress.missing:
        text += f"{progress.missing} more are needed for {progress.target}."
    else:
        text += f"The usual {progress.target} are reached."
    if progress.half_width is not None:
        text += f" The widest interval is ± {100 * progress.half_width:.1f} percentage points."
    return text


def _counted(found: Differential) -> str:
    cells = found.panel.counted_cells
    return f"{found.total} {cells.removesuffix('s') if found.total == 1 else cells}"


def _row(row: DifferentialRow) -> Row:
    share = row.share
    return Row(
        row.key,
        (
            Cell(row.name, colour=row.colour),
            _count(share.count),
            _percent(share),
            _interval(share),
            _reference(row.reference, " %"),
            _standing(row.standing),
        ),
        part=row.parent is not None,
    )


def _marrow(found: Differential) -> Section:
    marrow = found.marrow
    assert marrow is not None  # noqa: S101 - for the type checker: the caller asks
    ratio = ratio_text(marrow.me_ratio)
    rows = (
        _figure_row("blasts", "blasts", marrow.blasts),
        _figure_row("myeloid", "myeloid cells, blasts among them", marrow.myeloid),
        _row(marrow.erythroid),
    )
    about = f"Of {_counted(found)}."
    me_ratio = (
        ("M:E ratio", _ratio_cell(marrow.me_ratio, ratio)),
        ("Reference", _reference(marrow.reference, "")),
        ("Against the reference", _standing(marrow.standing)),
    )
    return Section(
        "marrow",
        "Myeloid and erythroid cells",
        (Facts("me_ratio", me_ratio), Table("lineages", about, _SHARE_COLUMNS, rows)),
    )


def _figure_row(key: str, name: str, share: Proportion) -> Row:
    cells = (Cell(name), _count(share.count), _percent(share), _interval(share), Cell("–"), Cell("–"))
    return Row(key, cells)


def _red_cells_and_platelets(found: Differential) -> Section:
    red, platelets = found.red_cells, found.platelets
    items: list[tuple[str, Cell]] = [("Red cells", _count(red.count))]
    if red.parasitaemia is not None:
        seen = red.parasitaemia
        text = f"{seen.count} of {seen.total}, {percent_text(seen)} (interval {interval_text(seen)}, Wilson)"
        items.append(("Infected red cells", Cell(text, seen.count)))
    if red.sizes is not None:
        sizes = red.sizes
        if sizes.mean_um is not None and sizes.sd_um is not None:
            text = f"{sizes.mean_um:.2f} um (standard deviation {sizes.sd_um:.2f} um)"
            items.append(("Mean diameter of red cells", Cell(text, round(sizes.mean_um, 4))))
        text = f"{100 * sizes.variation:.1f} % of the mean, of {sizes.cells} whole cells; no RDW"
        items.append(("Spread of their diameters", Cell(text, round(100 * sizes.variation, 4))))
    per = ratio_text(platelets.to_red_cells, per=1000)
    items += [
        ("Platelets", _count(platelets.count)),
        ("Platelets per 1000 red cells", _ratio_cell(platelets.to_red_cells, per, per=1000)),
        ("Platelet clumps", _count(platelets.clumps)),
    ]
    note = (
        "Counts are of cells in the pictures. A picture tells no concentration: none of these figures is one."
    )
    return Section(
        "red_cells",
        "Red cells and platelets",
        (Facts("red_cells_and_platelets", tuple(items)), Sentence(note, Tone.NOTE)),
    )


def _pictures(pictures: Sequence[SmearPicture], drawn: DrawnPictures) -> Section:
    blocks: list[Block] = []
    pixels: Counter[str] = Counter()
    for number, (picture, figures) in enumerate(zip(pictures, drawn.figures, strict=True), start=1):
        if picture.layers is None:
            text = f"{picture.findings.source}: made from its findings alone; the picture was not at hand."
            blocks.append(Sentence(text, Tone.NOTE))
        pixels.update(picture.findings.map_pixels or {})
        if len(pictures) == 1:
            blocks += figures
        elif figures:
            blocks.append(Gallery(f"picture_{number}", f"Picture {number}", figures, columns=2))
    if pixels:
        blocks.append(_legend(pixels))
    return Section("pictures", "Pictures", tuple(blocks))


def _cells(drawn: DrawnPictures) -> Section:
    text = (
        "Of each class the most typical cells come first and the most doubtful ones last, with their number "
        "and the confidence of the model, or who named them."
    )
    blocks: tuple[Block, ...] = (Sentence(text, Tone.NOTE), *drawn.galleries)
    return Section(
        "cells", "Cells of each class", blocks if drawn.galleries else (Sentence("None.", Tone.NOTE),)
    )


def _legend(pixels: Mapping[str, int]) -> Table:
    taxonomy = load_taxonomy("smear_map")
    total = sum(pixels.values()) or 1
    columns = (Column("class", "Colour"), Column("share", "Share of the area", numeric=True))
    rows = tuple(
        Row(key, (Cell(taxonomy[key].name, colour=taxonomy[key].colour), _map_share(count / total)))
        for key, count in pixels.items()
    )
    return Table("map_legend", "Colours of the map.", columns, rows)


def _map_share(share: float) -> Cell:
    text = "below 0.1 %" if 0 < share < 0.0005 else f"{100 * share:.1f} %"
    return Cell(text, round(100 * share, 4))


def _review(pictures: Sequence[SmearPicture], case: ReportCase) -> Section:
    done: Counter[tuple[str, EditKind]] = Counter()
    cells = 0
    for picture in pictures:
        cells += len(picture.findings.cells)
        done.update((r.by, r.kind) for r in picture.findings.cells.reviewed if r is not None)
    blocks: list[Block] = []
    if done:
        seen = sum(done.values())
        blocks.append(Sentence(f"People reviewed {seen} of {cells} cells. The models named the others."))
        columns = (
            Column("by", "Reviewer"),
            Column("kind", "What was done"),
            Column("count", "Cells", numeric=True),
        )
        rows = tuple(
            Row(f"{by}: {kind.value}", (Cell(by), Cell(_KINDS.get(kind, kind.value)), _count(count)))
            for (by, kind), count in sorted(done.items())
        )
        blocks.append(Table("review", "What reviewers did, by their last word on each cell.", columns, rows))
    else:
        blocks.append(
            Sentence(f"Nobody reviewed any of the {cells} cells: all names are the models'.", Tone.NOTE)
        )
    if case.removed:
        blocks.append(Sentence(f"Reviewers removed {case.removed} more."))
    return Section("review", "Review", tuple(blocks))


def _count(count: int) -> Cell:
    return Cell(str(count), count)


def _percent(share: Proportion) -> Cell:
    return Cell(percent_text(share), round(100 * share.share, 4) if share.total else None)


def _interval(share: Proportion) -> Cell:
    return Cell(interval_text(share) if share.total else "–")


def _ratio_cell(ratio: CountRatio, text: str, *, per: int = 1) -> Cell:
    return Cell(text, round(per * ratio.ratio, 4) if ratio.second else None)


def _reference(reference: ReferenceRange | None, unit: str) -> Cell:
    return Cell("–" if reference is None else f"{range_text(reference)}{unit}")


def _standing(standing: Standing | None) -> Cell:
    return Cell("–" if standing is None else standing_text(standing).removesuffix(" the reference range"))


def _picture_data(picture: SmearPicture) -> JsonObject:
    told = findings_to_dict(picture.findings)
    kept = ("source", "width", "height", "scale", "warnings", "counts", "map_pixels", "provenance")
    return {"case_id": picture.case_id} | {key: told[key] for key in kept}
