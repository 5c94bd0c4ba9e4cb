import { ActionIcon, Popover, type PopoverProps } from "@mantine/core";
import { IconKeyboard } from "@tabler/icons-react";

import { KeyList, type KeyMeanings } from "./KeyList";

interface Props {
  keys: KeyMeanings;
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
        <KeyList keys={keys} />
      </Popover.Dropdown>
    </Popover>
  );
}
