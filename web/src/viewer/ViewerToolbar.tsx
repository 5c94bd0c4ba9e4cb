import { ActionIcon, Kbd, Popover, Tooltip } from "@mantine/core";
import {
  IconCircle,
  IconCircleDot,
  IconEye,
  IconEyeOff,
  IconKeyboard,
  IconMaximize,
  IconPalette,
  IconPaletteOff,
  IconZoomIn,
  IconZoomOut,
} from "@tabler/icons-react";
import type { ReactNode } from "react";

import type { Layers } from "./layers";
import classes from "./stage.module.css";

type Toggle = "outlines" | "nuclei" | "map";

interface Props {
  layers: Layers;
  /** Which layers this picture has. */
  has: Record<Toggle, boolean>;
  /** What people may press, in words. */
  keyHelp: [string, string][];
  onZoom: (steps: 1 | -1) => void;
  onFit: () => void;
  onToggle: (layer: Toggle) => void;
}

const TOGGLES: { layer: Toggle; shown: ReactNode; hidden: ReactNode }[] = [
  { layer: "outlines", shown: <IconEye />, hidden: <IconEyeOff /> },
  { layer: "nuclei", shown: <IconCircleDot />, hidden: <IconCircle /> },
  { layer: "map", shown: <IconPalette />, hidden: <IconPaletteOff /> },
];

/** Zoom, whole picture, layers on and off, and the list of keys. */
export function ViewerToolbar({ layers, has, keyHelp, onZoom, onFit, onToggle }: Props) {
  return (
    <div className={classes.toolbar} role="toolbar" aria-label="Picture" aria-orientation="vertical">
      <Tool label="Zoom in" onClick={() => onZoom(1)} icon={<IconZoomIn />} />
      <Tool label="Zoom out" onClick={() => onZoom(-1)} icon={<IconZoomOut />} />
      <Tool label="Whole picture" onClick={onFit} icon={<IconMaximize />} />
      {TOGGLES.filter(({ layer }) => has[layer]).map(({ layer, shown, hidden }) => (
        <Tool
          key={layer}
          label={`${layers[layer] ? "Hide" : "Show"} ${layer}`}
          onClick={() => onToggle(layer)}
          icon={layers[layer] ? shown : hidden}
        />
      ))}
      <Popover position="right-start" withArrow shadow="md" trapFocus={false}>
        <Popover.Target>
          <ActionIcon className={classes.tool} variant="transparent" size={40} aria-label="Keys" visibleFrom="sm">
            <IconKeyboard size={20} stroke={1.6} />
          </ActionIcon>
        </Popover.Target>
        <Popover.Dropdown>
          <dl className={classes.keys}>
            {keyHelp.map(([key, meaning]) => (
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
