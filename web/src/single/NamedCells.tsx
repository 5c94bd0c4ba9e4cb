import { Button, Switch } from "@mantine/core";
import { useState } from "react";

import classes from "./single.module.css";
import { SingleCellCard } from "./SingleCellCard";
import { ListHead } from "./SingleCellList";
import { doubtfulFirst, summary } from "./summary";
import type { SingleCells } from "./useSingleCells";

/** Pictures of single cells with their names, and what can be done with the list. */
export default function NamedCells({ single: { cells, busy, clear } }: { single: SingleCells }) {
  const [doubtFirst, setDoubtFirst] = useState(false);
  const listed = doubtFirst ? doubtfulFirst(cells) : cells;
  return (
    <>
      <ListHead>
        <p role="status">{summary(cells)}</p>
        {cells.length > 1 && (
          <Switch
            label="Needs a look first"
            checked={doubtFirst}
            onChange={(event) => setDoubtFirst(event.currentTarget.checked)}
          />
        )}
        <Button variant="subtle" color="gray" size="compact-sm" disabled={busy} onClick={clear}>
          Clear
        </Button>
      </ListHead>
      <ul className={classes.cards}>
        {listed.map((cell) => (
          <SingleCellCard key={cell.id} cell={cell} />
        ))}
      </ul>
    </>
  );
}
