import { ActionIcon, Kbd, Popover, Tooltip } from "@mantine/core";
import {
  IconArrowsMaximize,
  IconColumns2,
  IconKeyboard,
  IconRefresh,
  IconSlice,
  IconTag,
  IconTagOff,
  IconZoomIn,
  IconZoomOut,
} from "@tabler/icons-react";
import type { ReactNode } from "react";

import classes from "./models3d.module.css";
import { KEY_HELP, type StageAction } from "./stageKeys";
import type { ViewSettings } from "./viewSettings";

interface Props {
  settings: ViewSettings;
  hasBeside: boolean;
  onAction: (action: StageAction) => void;
}

/** What can be done to the models by hand. */
export function ModelToolbar({ settings, hasBeside, onAction }: Props) {
  const { section, labels } = settings;
  return (
    <div className={classes.toolbar} role="toolbar" aria-label="3D view" aria-orientation="vertical">
      <Tool label="Zoom in" onClick={() => onAction({ kind: "zoom", by: 1 })} icon={<IconZoomIn />} />
      <Tool label="Zoom out" onClick={() => onAction({ kind: "zoom", by: -1 })} icon={<IconZoomOut />} />
      <Tool label="As at first" onClick={() => onAction({ kind: "reset" })} icon={<IconRefresh />} />
      <Tool
        label={section.on ? "Close the cut" : "Cut open"}
        pressed={section.on}
        onClick={() => onAction({ kind: "toggleSection" })}
        icon={<IconSlice />}
      />
      <Tool
        label={labels ? "Hide names" : "Show names"}
        onClick={() => onAction({ kind: "toggleLabels" })}
        icon={labels ? <IconTag /> : <IconTagOff />}
      />
      {hasBeside && (
        <Tool label="Textbook model" onClick={() => onAction({ kind: "beside" })} icon={<IconColumns2 />} />
      )}
      {document.fullscreenEnabled && (
        <Tool label="Full screen" onClick={() => onAction({ kind: "fullScreen" })} icon={<IconArrowsMaximize />} />
      )}
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

interface ToolProps {
  label: string;
  pressed?: boolean;
  onClick: () => void;
  icon: ReactNode;
}

function Tool({ label, pressed = false, onClick, icon }: ToolProps) {
  return (
    <Tooltip label={label} position="right" openDelay={400}>
      <ActionIcon className={classes.tool} variant="transparent" size={40} aria-label={label} data-on={pressed} onClick={onClick}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}
