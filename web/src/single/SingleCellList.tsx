import { Button, Switch } from "@mantine/core";
import { useState } from "react";

import classes from "./single.module.css";
import { SingleCellCard } from "./SingleCellCard";
import { doubtfulFirst, summary } from "./summary";
import type { SingleCells } from "./useSingleCells";

/** The pictures named in this window; they are gone when it is closed. */
export function SingleCellList({ single }: { single: SingleCells }) {
  const [doubtFirst, setDoubtFirst] = useState(false);
  const { cells, busy, clear } = single;
  const listed = doubtFirst ? doubtfulFirst(cells) : cells;
  return (
    <section aria-labelledby="single-title">
      <div className={classes.listHead}>
        <h2 id="single-title">Single cells</h2>
        {cells.length > 0 && <p role="status">{summary(cells)}</p>}
        {cells.length > 1 && (
          <Switch
            label="Needs a look first"
            checked={doubtFirst}
            onChange={(event) => setDoubtFirst(event.currentTarget.checked)}
          />
        )}
        {cells.length > 0 && (
          <Button variant="subtle" color="gray" size="compact-sm" disabled={busy} onClick={clear}>
            Clear
          </Button>
        )}
      </div>
      {cells.length === 0 ? (
        <p className={classes.none}>
          None yet. Bring pictures that each show one cell, cut out around it. They are not kept on the server.
        </p>
      ) : (
        <ul className={classes.cards}>
          {listed.map((cell) => (
            <SingleCellCard key={cell.id} cell={cell} />
          ))}
        </ul>
      )}
    </section>
  );
}
