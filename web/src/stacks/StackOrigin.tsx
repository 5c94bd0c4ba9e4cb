import panels from "../panels/panels.module.css";
import classes from "./stacks.module.css";
import type { Stack, StackFindings } from "./types";

const SLANTED_FROM_DEG = 5;

/** Where the stack and its organs come from, and how far they may be trusted. */
export function StackOrigin({ stack, findings }: { stack: Stack; findings: StackFindings }) {
  const { grid, provenance } = findings;
  const [between, down, across] = grid.spacing_mm;
  const mm = (value: number) => Number(value.toFixed(3));
  const drawnBy =
    findings.label_origin === "imported"
      ? "Organs from a label map that came with the upload."
      : `Organs by ${provenance.models.map((model) => `${model.name} ${model.version}`).join(", ")}.`;
  return (
    <section aria-labelledby="origin-title" className={classes.origin}>
      <h2 id="origin-title">Origin</h2>
      <p className={panels.note}>
        {findings.modality === "other" ? "Modality not known" : findings.modality}, {grid.slices} {stack.acquired.plane} slices of{" "}
        {grid.columns} × {grid.rows} pixels; {mm(across)} × {mm(down)} mm a pixel, {mm(between)} mm from slice to slice.
        {stack.tilt_deg >= SLANTED_FROM_DEG &&
          ` The stack lies ${Math.round(stack.tilt_deg)}° aslant in the patient; planes are its own.`}
      </p>
      <p className={panels.note}>{drawnBy} Cytovox {provenance.cytovox_version}.</p>
      <p className={classes.notice} role="note">
        {findings.notice}
      </p>
    </section>
  );
}
