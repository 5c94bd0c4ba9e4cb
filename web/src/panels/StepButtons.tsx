import { ActionIcon } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";

import classes from "./panels.module.css";

/** From cell to cell. */
export function StepButtons({ onStep }: { onStep: (by: 1 | -1) => void }) {
  return (
    <span className={classes.steps}>
      <ActionIcon variant="subtle" color="gray" size={32} aria-label="Previous cell" onClick={() => onStep(-1)}>
        <IconChevronLeft size={19} stroke={1.7} />
      </ActionIcon>
      <ActionIcon variant="subtle" color="gray" size={32} aria-label="Next cell" onClick={() => onStep(1)}>
        <IconChevronRight size={19} stroke={1.7} />
      </ActionIcon>
    </span>
  );
}
