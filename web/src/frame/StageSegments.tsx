import { SegmentedControl, type SegmentedControlProps } from "@mantine/core";

import classes from "./frame.module.css";

/** A choice among a few, on the dark ground around pictures; that ground is the same in both themes. */
export function StageSegments<Value extends string>(props: Omit<SegmentedControlProps<Value>, "classNames" | "radius">) {
  return (
    <SegmentedControl
      {...props}
      radius="md"
      classNames={{ root: classes.segments, label: classes.segment, indicator: classes.segmentChosen }}
    />
  );
}
