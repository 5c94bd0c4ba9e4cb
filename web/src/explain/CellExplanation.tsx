import { Skeleton } from "@mantine/core";
import { useState } from "react";

import { useExplanation } from "../api/hooks";
import type { Cell } from "../api/types";
import type { ClassStyles } from "../cells/classStyles";
import { wasClassified } from "../cells/predictions";
import { Problem } from "../frame/Problem";
import { ActivationMaps } from "./ActivationMaps";
import classes from "./explain.module.css";
import { inWords } from "./inWords";
import { SimilarCells } from "./SimilarCells";
import { WhyToggle } from "./WhyToggle";

interface Props {
  caseId: string;
  cell: Cell;
  image: HTMLImageElement | null;
  styles: ClassStyles;
  /** Share of familiar cells whose true class is in their set; null from a model without sets. */
  level: number | null;
}

/** Why a cell of a smear was named as it was. Stays open from cell to cell. */
export function CellExplanation({ caseId, cell, image, styles, level }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <WhyToggle open={open} onToggle={() => setOpen(!open)}>
      {wasClassified(cell) ? (
        <div key={cell.id}>
          <Answer caseId={caseId} cell={cell} image={image} />
          <dl className={classes.reasons}>
            {inWords(cell, styles, level).map(({ term, words }) => (
              <div key={term}>
                <dt>{term}</dt>
                <dd>{words}</dd>
              </div>
            ))}
          </dl>
          <SimilarCells caseId={caseId} cellId={cell.id} styles={styles} />
        </div>
      ) : (
        <p className={classes.words}>
          The finder named this cell while it looked for cells in the whole picture. Activation maps are made of cells
          that the cell classifier looks at: white cells and what resembles them.
        </p>
      )}
    </WhyToggle>
  );
}

function Answer({ caseId, cell, image }: Pick<Props, "caseId" | "cell" | "image">) {
  const explanation = useExplanation(caseId, cell.id, true);
  if (explanation.data) return <ActivationMaps explanation={explanation.data} image={image} />;
  if (explanation.error) {
    return (
      <Problem className={classes.failed} onRetry={explanation.refetch}>
        {explanation.error.message}
      </Problem>
    );
  }
  return (
    <div role="status" aria-label="Loading the explanation" className={classes.pair}>
      <Skeleton className={classes.crop} />
      <Skeleton className={classes.crop} />
    </div>
  );
}
