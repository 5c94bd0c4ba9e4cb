import { Skeleton } from "@mantine/core";

import type { DifferentialCount } from "../api/types";
import type { ClassStyles } from "../cells/classStyles";
import { Link } from "../frame/Link";
import { Problem } from "../frame/Problem";
import { RANGES_HREF } from "../routing";
import { CountProgress } from "./CountProgress";
import classes from "./differential.module.css";
import { DifferentialTable, type ClassToggles } from "./DifferentialTable";
import { FlagList } from "./FlagList";
import { FurtherFigures } from "./FurtherFigures";
import type { LineGroup } from "./tableLines";

interface Props {
  found: DifferentialCount | undefined;
  problem: string | null;
  onRetry: () => void;
  groups: readonly LineGroup[];
  styles: ClassStyles;
  toggles: ClassToggles;
}

/** Said by the progress already. */
const FEW_CELLS = "few_cells";

/** What was counted on a picture; each class can be taken off it here. */
export function DifferentialPanel({ found, problem, onRetry, groups, styles, toggles }: Props) {
  return (
    <>
      <section aria-labelledby="counts-title">
        <h2 id="counts-title">Counts</h2>
        {problem !== null && !found && (
          <Problem onRetry={onRetry}>The cells could not be counted. {problem}</Problem>
        )}
        {!found && problem === null && <Skeleton height={320} />}
        {found && (
          <>
            <CountProgress found={found} />
            <DifferentialTable groups={groups} styles={styles} toggles={toggles} />
            <p className={classes.source}>
              Held against the <Link href={RANGES_HREF}>reference ranges</Link>.
            </p>
            <FurtherFigures found={found} />
          </>
        )}
      </section>
      {found && <FlagList flags={found.flags.filter((flag) => flag.key !== FEW_CELLS)} />}
    </>
  );
}
