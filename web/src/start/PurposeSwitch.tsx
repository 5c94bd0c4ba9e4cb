import { StageSegments } from "../frame/StageSegments";
import { goTo, startHref, type Purpose } from "../routing";
import classes from "./start.module.css";

/** What the pictures show: a field of cells, or one cell each. */
export function PurposeSwitch({ purpose }: { purpose: Purpose }) {
  return (
    <StageSegments
      className={classes.purpose}
      aria-label="What the pictures show"
      value={purpose}
      onChange={(chosen) => goTo(startHref(chosen))}
      data={[
        { value: "smear", label: "A blood smear" },
        { value: "cells", label: "Single cells" },
      ]}
    />
  );
}
