import { ActionIcon, Kbd, Popover, Tooltip } from "@mantine/core";
import { IconEye, IconEyeOff, IconKeyboard, IconMaximize, IconZoomIn, IconZoomOut } from "@tabler/icons-react";
import type { ReactNode } from "react";

import { KEY_HELP } from "./keys";
import classes from "./stage.module.css";

interface Props {
  outlinesShown: boolean;
  onZoom: (steps: 1 | -1) => void;
  onFit: () => void;
  onToggleOutlines: () => void;
}

/** Zoom, whole picture, outlines on and off, and the list of keys. */
export function ViewerToolbar({ outlinesShown, onZoom, onFit, onToggleOutlines }: Props) {
  return (
    <div className={classes.toolbar} role="toolbar" aria-label="Picture" aria-orientation="vertical">
      <Tool label="Zoom in" onClick={() => onZoom(1)} icon={<IconZoomIn />} />
      <Tool label="Zoom out" onClick={() => onZoom(-1)} icon={<IconZoomOut />} />
      <Tool label="Whole picture" onClick={onFit} icon={<IconMaximize />} />
      <Tool
        label={outlinesShown ? "Hide outlines" : "Show outlines"}
        onClick={onToggleOutlines}
        icon={outlinesShown ? <IconEye /> : <IconEyeOff />}
      />
      <Popover position="right-start" withArrow shadow="md" trapFocus={false}>
        <Popover.Target>
          <ActionIcon className={classes.tool} variant="transparent" size={40} aria-label="Keys" visibleFrom="sm">
            <IconKeyboard size={20} stroke={1.6} />
          </ActionIcon>
        </Popover.Target>
        <Popover.Dropdown>
          <dl className={classes.keys}>
            {KEY_HELP.map(([key, meaning]) => (
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
    </div>
  );
}

function Tool({ label, onClick, icon }: { label: string; onClick: () => void; icon: ReactNode }) {
  return (
    <Tooltip label={label} position="right" openDelay={400}>
      <ActionIcon className={classes.tool} variant="transparent" size={40} aria-label={label} onClick={onClick}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}
