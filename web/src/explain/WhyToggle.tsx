import { Button } from "@mantine/core";
import { IconChevronDown, IconFlame } from "@tabler/icons-react";
import { useId, type ReactNode } from "react";

import classes from "./explain.module.css";

interface Props {
  open: boolean;
  onToggle: () => void;
  children: ReactNode;
}

/** "Why?", and under it the answer. */
export function WhyToggle({ open, onToggle, children }: Props) {
  const answer = useId();
  return (
    <div className={classes.why}>
      <Button
        variant="default"
        size="compact-md"
        leftSection={<IconFlame size={17} stroke={1.7} />}
        rightSection={<IconChevronDown size={16} stroke={1.7} className={classes.chevron} />}
        aria-expanded={open}
        aria-controls={answer}
        onClick={onToggle}
      >
        Why?
      </Button>
      <div id={answer} hidden={!open}>
        {open && children}
      </div>
    </div>
  );
}
