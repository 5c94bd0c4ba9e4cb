import { Button } from "@mantine/core";

import { Problem } from "../frame/Problem";
import { caseHref, goTo } from "../routing";
import classes from "./stacks.module.css";
import type { Stack } from "./types";
import { useCreateStackOfSeries } from "./useStack";

/** Which scan of an upload was read, and the others to choose from. */
export function SeriesNote({ caseId, series }: { caseId: string; series: Stack["series"] }) {
  const another = useCreateStackOfSeries();
  const others = series.scans.filter((scan) => scan.number !== series.taken);
  const taken = series.scans.find((scan) => scan.number === series.taken);
  if (others.length === 0) return null;
  return (
    <section aria-labelledby="series-title">
      <h2 id="series-title">Series of this upload</h2>
      <p className={classes.dim}>
        {taken?.description ?? "One"} was read. {others.length === 1 ? "There is one more." : `There are ${others.length} more.`}
      </p>
      <ul className={classes.series}>
        {others.map((scan) => (
          <li key={scan.number}>
            <span>
              {scan.description || `Series ${scan.number}`}
              <small>
                {scan.unsuitable || `${scan.modality}, ${scan.shape[0]} slices of ${scan.shape[2]} × ${scan.shape[1]}`}
              </small>
            </span>
            {!scan.unsuitable && (
              <Button
                size="compact-sm"
                variant="default"
                loading={another.isPending && another.variables.number === scan.number}
                onClick={() =>
                  another.mutate({ id: caseId, number: scan.number }, { onSuccess: (created) => goTo(caseHref(created.id)) })
                }
              >
                Open
              </Button>
            )}
          </li>
        ))}
      </ul>
      {another.error && <Problem>{another.error.message}</Problem>}
    </section>
  );
}
