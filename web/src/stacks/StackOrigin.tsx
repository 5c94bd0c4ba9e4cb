import panels from "../panels/panels.module.css";
import classes from "./stacks.module.css";
import type { Stack, StackFindings } from "./types";

const SLANTED_FROM_DEG = 5;

/** Where the stack and its organs come from, and how far they may be trusted. */
export function StackOrigin({ stack, findings }: { stack: Stack; findings: StackFindings }) {
  const { grid, provenance } = findings;
  const [between, down, across] = grid.spacing_mm.map((mm) => Number(mm.toFixed(3)));
  const models = provenance.models.map((model) => `${model.name} ${model.version}`).join(", ");
  return (
    <section aria-labelledby="origin-title">
      <h2 id="origin-title">What this rests on</h2>
      <dl className={panels.origin}>
        <div>
          <dt>Stack</dt>
          <dd>
            {findings.modality === "other" ? "CT or MR not known" : findings.modality}, {grid.slices} {stack.acquired.plane} slices of{" "}
            {grid.columns} × {grid.rows} px
          </dd>
        </div>
        <div>
          <dt>Spacing</dt>
          <dd>
            {across} × {down} mm, {between} mm between slices
          </dd>
        </div>
        {stack.tilt_deg >= SLANTED_FROM_DEG && (
          <div>
            <dt>Direction</dt>
            <dd>{Math.round(stack.tilt_deg)}° aslant in the patient; the planes are the stack&apos;s own</dd>
          </div>
        )}
        <div>
          <dt>Organs</dt>
          <dd>{findings.label_origin === "imported" ? "from the label map that came with it" : models}</dd>
        </div>
        <div>
          <dt>Program</dt>
          <dd>Cytovox {provenance.cytovox_version}</dd>
        </div>
      </dl>
      <p className={classes.notice} role="note">
        {findings.notice}
      </p>
    </section>
  );
}
