import { StageSegments } from "../frame/StageSegments";
import { goTo, startHref, type Purpose } from "../routing";
import classes from "./start.module.css";

/** What comes in: a field of cells, one cell each, or a stack of slices. */
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
        { value: "stacks", label: "CT or MRI" },
      ]}
    />
  );
}
