import { Loader } from "@mantine/core";

import classes from "./models3d.module.css";
import type { LoadedModel } from "./useModel";

/** That a model is still on its way, comes finer, or does not come. */
export function StageStatus({ loaded, what }: { loaded: LoadedModel; what: string }) {
  if (loaded.status === "ready") return null;
  if (loaded.status === "failed") {
    return (
      <p className={loaded.model ? classes.busy : classes.message} role="alert">
        There is no model of {what}. {loaded.problem}
      </p>
    );
  }
  return (
    <div className={classes.busy} role="status">
      <Loader size={16} />
      <p>{loaded.status === "coarse" ? "Adding detail" : `Making ${what}`}</p>
    </div>
  );
}
