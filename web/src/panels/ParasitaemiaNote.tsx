import type { Parasitaemia } from "../api/types";
import { describeParasitaemia } from "../cells/parasitaemia";
import classes from "./panels.module.css";

/** Share of infected red cells, as a suggestion; nothing where red cells were not examined. */
export function ParasitaemiaNote({ found }: { found: Parasitaemia | null }) {
  const told = describeParasitaemia(found);
  if (!told) return null;
  return (
    <section className={classes.parasitaemia} aria-labelledby="parasitaemia-title">
      <h2 id="parasitaemia-title">Parasitaemia</h2>
      <p>
        <b>{told.figure}</b> <small>(95 % interval {told.interval})</small>
      </p>
      <p>{told.counted}. Research use only: a suggestion to check cell by cell, not a diagnosis.</p>
    </section>
  );
}
