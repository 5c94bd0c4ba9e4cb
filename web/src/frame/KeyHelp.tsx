import { ActionIcon, Kbd, Popover, type PopoverProps } from "@mantine/core";
import { IconKeyboard } from "@tabler/icons-react";

import classes from "./frame.module.css";

interface Props {
  /** What people may press or turn, and what it does. */
  keys: readonly (readonly [string, string])[];
  className: string | undefined;
  size: number;
  position: NonNullable<PopoverProps["position"]>;
}

/** A button that shows the list of keys. */
export function KeyHelp({ keys, className, size, position }: Props) {
  return (
    <Popover position={position} withArrow shadow="md" trapFocus={false}>
      <Popover.Target>
        <ActionIcon className={className ?? ""} variant="transparent" size={size} aria-label="Keys" visibleFrom="sm">
          <IconKeyboard size={size / 2} stroke={1.6} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <dl className={classes.keys}>
          {keys.map(([key, meaning]) => (
            <div key={key}>
              <dt>
                <Kbd>{key}</Kbd>
              </dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
      </Popover.Dropdown>
    </Popover>
  );
}
