import {
  IconArrowsMaximize,
  IconColumns2,
  IconRefresh,
  IconSlice,
  IconTag,
  IconTagOff,
  IconZoomIn,
  IconZoomOut,
} from "@tabler/icons-react";

import { KeyHelp } from "../frame/KeyHelp";
import { StageTool } from "../frame/StageTool";
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
      <StageTool className={classes.tool} label="Zoom in" onClick={() => onAction({ kind: "zoom", by: 1 })} icon={<IconZoomIn />} />
      <StageTool className={classes.tool} label="Zoom out" onClick={() => onAction({ kind: "zoom", by: -1 })} icon={<IconZoomOut />} />
      <StageTool className={classes.tool} label="As at first" onClick={() => onAction({ kind: "reset" })} icon={<IconRefresh />} />
      <StageTool
        className={classes.tool}
        label={section.on ? "Close the cut" : "Cut open"}
        pressed={section.on}
        onClick={() => onAction({ kind: "toggleSection" })}
        icon={<IconSlice />}
      />
      <StageTool
        className={classes.tool}
        label={labels ? "Hide names" : "Show names"}
        onClick={() => onAction({ kind: "toggleLabels" })}
        icon={labels ? <IconTag /> : <IconTagOff />}
      />
      {hasBeside && (
        <StageTool className={classes.tool} label="Textbook model" onClick={() => onAction({ kind: "beside" })} icon={<IconColumns2 />} />
      )}
      {document.fullscreenEnabled && (
        <StageTool className={classes.tool} label="Full screen" onClick={() => onAction({ kind: "fullScreen" })} icon={<IconArrowsMaximize />} />
      )}
      <KeyHelp keys={KEY_HELP} className={classes.tool} size={40} position="right-start" />
    </div>
  );
}
