"""Size and scale of a picture in words."""

from cytovox.domain.findings import SmearFindings
from cytovox.domain.image import Scale, ScaleOrigin

_ORIGINS = {
    ScaleOrigin.GIVEN: "given",
    ScaleOrigin.METADATA: "from the file",
    ScaleOrigin.ESTIMATED: "estimated from the red cells",
}


def size_text(findings: SmearFindings) -> str:
    """Width and height in pixels."""
    return f"{findings.width} x {findings.height} px"


def scale_text(scale: Scale) -> str:
    """Micrometres a pixel, where that is from, and how sure it is."""
    if scale.mpp_um is None:
        return "scale unknown"
    spread = "" if scale.relative_sd is None else f" (standard uncertainty {100 * scale.relative_sd:.0f} %)"
    return f"{scale.mpp_um:.3f} um per pixel, {_ORIGINS[scale.origin]}{spread}"
