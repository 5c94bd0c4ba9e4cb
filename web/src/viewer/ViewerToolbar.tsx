import {
  IconCircle,
  IconCircleDot,
  IconEye,
  IconEyeOff,
  IconMaximize,
  IconPalette,
  IconPaletteOff,
  IconZoomIn,
  IconZoomOut,
} from "@tabler/icons-react";
import type { ReactNode } from "react";

import { KeyHelp } from "../frame/KeyHelp";
import { StageTool } from "../frame/StageTool";
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
      <StageTool className={classes.tool} label="Zoom in" onClick={() => onZoom(1)} icon={<IconZoomIn />} />
      <StageTool className={classes.tool} label="Zoom out" onClick={() => onZoom(-1)} icon={<IconZoomOut />} />
      <StageTool className={classes.tool} label="Whole picture" onClick={onFit} icon={<IconMaximize />} />
      {TOGGLES.filter(({ layer }) => has[layer]).map(({ layer, shown, hidden }) => (
        <StageTool
          className={classes.tool}
          key={layer}
          label={`${layers[layer] ? "Hide" : "Show"} ${layer}`}
          onClick={() => onToggle(layer)}
          icon={layers[layer] ? shown : hidden}
        />
      ))}
      <KeyHelp keys={keyHelp} className={classes.tool} size={40} position="right-start" />
    </div>
  );
}
