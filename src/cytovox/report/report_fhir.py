"""A report as FHIR R4: a bundle of one DiagnosticReport and its Observations. It names no patient."""

import json
import uuid
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from cytovox.domain.taxonomies import load_taxonomy
from cytovox.report.report_document import JsonObject, ReportDocument
from cytovox.report.smear_report import SCHEMA as SMEAR

_HL7 = "http://terminology.hl7.org/CodeSystem"
_SYSTEMS = {"LOINC": "http://loinc.org", "SNOMED CT": "http://snomed.info/sct"}
_UCUM = "http://unitsofmeasure.org"
_PANEL = {"system": _SYSTEMS["LOINC"], "code": "24318-8"}
"""Manual differential panel of blood (loinc.org/24318-8)."""
_RESEARCH = {"system": f"{_HL7}/v3-ActReason", "code": "HRESCH", "display": "healthcare research"}
_INTERPRETATIONS = {"above": ("H", "High"), "below": ("L", "Low"), "within": ("N", "Normal")}
"""Of figures that stand clearly (HL7 v3 ObservationInterpretation); what may be outside has none."""
_UNITS = {"%": "%", "mL": "mL"}

Told = Mapping[str, Any]


def report_to_fhir(report: ReportDocument) -> bytes:
    """The report as a FHIR R4 bundle in JSON: final where it is signed as it is, else preliminary.

    Only codes that a public source confirms are given; other figures have their name as text.
    """
    observations = list(_of_smear(report) if report.schema == SMEAR else _of_stack(report))
    named = [(_urn(report, o["code"]["text"]), o) for o in observations]
    main = _diagnostic_report(report, [urn for urn, _ in named])
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": report.data["made_utc"],
        "meta": {"tag": [_RESEARCH]},
        "entry": [
            {"fullUrl": _urn(report, "report"), "resource": main},
            *({"fullUrl": urn, "resource": observation} for urn, observation in named),
        ],
    }
    return json.dumps(bundle, ensure_ascii=False, allow_nan=False, indent=1).encode()


def _diagnostic_report(report: ReportDocument, results: list[str]) -> JsonObject:
    is_smear = report.schema == SMEAR
    group = ("HM", "Hematology") if is_smear else ("RAD", "Radiology")
    of_blood = is_smear and report.data["differential"]["material"] == "blood"
    signed = _signed(report)
    case = report.data["case"]
    return {
        "resourceType": "DiagnosticReport",
        "meta": {"tag": [_RESEARCH]},
        "text": {"status": "generated", "div": _narrative(report)},
        "status": _status(report),
        "category": [
            _concept(group[1], {"system": f"{_HL7}/v2-0074", "code": group[0], "display": group[1]})
        ],
        "code": _concept(report.title, *([_PANEL] if of_blood else [])),
        "issued": report.data["made_utc"],
        **({"effectiveDateTime": case["collected_on"]} if case["collected_on"] else {}),
        **({"specimen": [{"display": case["specimen"]}]} if case["specimen"] else {}),
        **({"resultsInterpreter": [{"display": s["name"]} for s in signed]} if signed else {}),
        "result": [{"reference": urn} for urn in results],
        "conclusion": " ".join([report.status.text, *_remarks(report), report.notice]),
    }


def _remarks(report: ReportDocument) -> list[str]:
    """Suggestions, then warnings."""
    told = report.data
    warnings = [str(warning["message"]) for warning in told["warnings"]]
    if report.schema != SMEAR:
        return warnings
    warnings += [str(w["message"]) for picture in told["pictures"] for w in picture["warnings"]]
    if told["agreement"] is not None and told["agreement"]["differ"]:
        warnings.insert(0, str(told["agreement"]["text"]))
    return [*(str(flag["text"]) for flag in told["differential"]["flags"]), *dict.fromkeys(warnings)]


def _of_smear(report: ReportDocument) -> Iterator[JsonObject]:
    found: Told = report.data["differential"]
    taxonomy = load_taxonomy(found["material"])
    yield _observation(report, f"{found['counted_cells']} counted", {"valueInteger": found["total"]})
    for row in found["rows"]:
        codes = [{"system": _SYSTEMS[c.system], "code": c.code, "display": c.display}
                 for c in taxonomy[row["key"]].codes if c.system == "LOINC"]  # fmt: skip
        yield _observation(report, f"{row['name']}, share", _share(row), codes=codes)
    for cells in found["apart"]:
        yield _observation(report, f"{cells['name']}, apart", {"valueInteger": cells["count"]})
    if (nucleated := found["nucleated_red_cells"]) is not None:
        yield _observation(report, "nucleated red cells per 100 white cells", _ratio(nucleated))
    if (marrow := found["marrow"]) is not None:
        told = _ratio(marrow["me_ratio"]) | _standing(marrow, "")
        yield _observation(report, "M:E ratio", told)
        yield _observation(report, "blasts, share of nucleated cells", _share(marrow["blasts"]))
    if (seen := found["red_cells"]["parasitaemia"]) is not None:
        yield _observation(report, "infected red cells, share of red cells", _share(seen))


def _of_stack(report: ReportDocument) -> Iterator[JsonObject]:
    for organ in report.data["organs"]:
        coded = [code.rpartition(" ") for code in organ["codes"]]
        places = [{"system": _SYSTEMS[s], "code": code} for s, _, code in coded if s in _SYSTEMS]
        told: JsonObject = {"valueQuantity": _quantity(organ["volume_ml"], "mL")}
        if places:
            # The structure comes first, its side after it.
            told["bodySite"] = {"coding": places[:1], "text": organ["name"]}
        yield _observation(report, f"volume of {organ['name']}", told)


def _observation(
    report: ReportDocument, name: str, told: Told, *, codes: list[dict[str, str]] | None = None
) -> JsonObject:
    laboratory = {"system": f"{_HL7}/observation-category", "code": "laboratory", "display": "Laboratory"}
    imaging = {"system": f"{_HL7}/observation-category", "code": "imaging", "display": "Imaging"}
    kind = laboratory if report.schema == SMEAR else imaging
    return {
        "resourceType": "Observation",
        "meta": {"tag": [_RESEARCH]},
        "status": _status(report),
        "category": [_concept(kind["display"], kind)],
        "code": _concept(name, *(codes or [])),
        **told,
        "method": {"text": f"Cytovox {report.data['cytovox_version']}"},
        "note": [{"text": report.notice}],
    }


def _share(row: Told) -> JsonObject:
    count = {"code": {"text": "count"}, "valueInteger": row["count"]}
    if row["percent"] is None:
        return {"dataAbsentReason": _not_counted(), "component": [count]}
    ends = [
        {"code": {"text": f"95 % interval, {end} end"}, "valueQuantity": _quantity(row[key], "%")}
        for end, key in (("lower", "low"), ("upper", "high"))
    ]
    return {
        "valueQuantity": _quantity(row["percent"], "%"),
        **_standing(row, "%"),
        "component": [count, *ends],
    }


def _ratio(told: Told) -> JsonObject:
    if told["value"] is None:
        return {"dataAbsentReason": _not_counted()}
    ends = [
        {"code": {"text": f"95 % interval, {end} end"}, "valueQuantity": {"value": told[key]}}
        for end, key in (("lower", "low"), ("upper", "high"))
        if told[key] is not None
    ]
    return {"valueQuantity": {"value": told["value"]}, "component": ends}


def _standing(told: Told, unit: str) -> JsonObject:
    reference, standing = told.get("reference"), told.get("standing")
    found: JsonObject = {}
    if reference is not None:
        found["referenceRange"] = [
            {
                "low": _quantity(reference["low"], unit),
                "high": _quantity(reference["high"], unit),
                "text": reference["source"],
            }
        ]
    if standing in _INTERPRETATIONS:
        code, display = _INTERPRETATIONS[standing]
        coding = {"system": f"{_HL7}/v3-ObservationInterpretation", "code": code, "display": display}
        found["interpretation"] = [_concept(display, coding)]
    return found


def _quantity(value: float, unit: str) -> JsonObject:
    if unit not in _UNITS:
        return {"value": value}
    return {"value": value, "unit": unit, "system": _UCUM, "code": _UNITS[unit]}


def _not_counted() -> JsonObject:
    coding = {"system": f"{_HL7}/data-absent-reason", "code": "not-performed", "display": "Not Performed"}
    return _concept("nothing was counted", coding)


def _concept(text: str, *codings: dict[str, str]) -> JsonObject:
    return {**({"coding": list(codings)} if codings else {}), "text": text}


def _status(report: ReportDocument) -> str:
    return "final" if _signed(report) else "preliminary"


def _signed(report: ReportDocument) -> list[Told]:
    """Signatures of the findings as they are; those of single pictures are none of a count of several."""
    return [s for s in report.data["signatures"] if s["is_current"] and s["picture"] is None]


def _narrative(report: ReportDocument) -> str:
    texts = (report.title, report.subject, report.status.text, report.notice)
    paragraphs = "".join(f"<p>{escape(text)}</p>" for text in texts)
    return f'<div xmlns="http://www.w3.org/1999/xhtml">{paragraphs}</div>'


def _urn(report: ReportDocument, part: str) -> str:
    """A name that the same part of the same report always has."""
    told = report.data
    inputs = [p["provenance"] for p in told["pictures"]] if "pictures" in told else [told["provenance"]]
    about = [told["made_utc"], *(entry["input_sha256"] for entry in inputs), part]
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, '/'.join(about))}"
