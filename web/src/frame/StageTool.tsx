import { ActionIcon, Tooltip } from "@mantine/core";
import type { ReactNode } from "react";

interface Props {
  label: string;
  icon: ReactNode;
  /** Look of the tools on this stage. */
  className: string | undefined;
  pressed?: boolean;
  onClick: () => void;
}

/** A button of a stage's upright toolbar. */
export function StageTool({ label, icon, className, pressed = false, onClick }: Props) {
  return (
    <Tooltip label={label} position="right" openDelay={400}>
      <ActionIcon className={className ?? ""} variant="transparent" size={40} aria-label={label} data-on={pressed} onClick={onClick}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}
