import type { Findings } from "../api/types";
import { describeScale } from "../cells/format";
import classes from "./panels.module.css";

/** Scale, picture and models: what the figures rest on. */
export function Origin({ findings }: { findings: Findings }) {
  const { scale, provenance, width, height } = findings;
  return (
    <section aria-labelledby="origin-title">
      <h2 id="origin-title">What this rests on</h2>
      <dl className={classes.origin}>
        <div>
          <dt>Scale</dt>
          <dd>{describeScale(scale)}</dd>
        </div>
        <div>
          <dt>Picture</dt>
          <dd>
            {width} × {height} px
          </dd>
        </div>
        <div>
          <dt>Models</dt>
          <dd>
            {provenance.models.map((m) => `${m.name} ${m.version}`).join(", ") || "none"}; Cytovox{" "}
            {provenance.cytovox_version}
          </dd>
        </div>
      </dl>
    </section>
  );
}
