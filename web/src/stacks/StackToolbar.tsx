import { ActionIcon, Select, Slider, Tooltip } from "@mantine/core";
import { IconContrast, IconCrosshair, IconHandMove, IconShape, IconStack2 } from "@tabler/icons-react";

import { KeyHelp } from "../frame/KeyHelp";
import { StageSegments } from "../frame/StageSegments";
import { PLANE_KEY_HELP } from "./planeKeys";
import classes from "./stacks.module.css";
import type { Stack } from "./types";
import type { Tool, ViewerChange, ViewerState } from "./viewerState";
import { presetOf, presetsOf } from "./windowing";

interface Props {
  stack: Stack;
  state: ViewerState;
  hasOrgans: boolean;
  onChange: (change: ViewerChange) => void;
}

const MOUSE_HELP = [
  ["Wheel", "scroll; with Ctrl, zoom"],
  ["Right drag", "contrast and brightness"],
] as const;
const OWN_WINDOW = "own";
const TOOLS: { tool: Tool; icon: typeof IconCrosshair; label: string }[] = [
  { tool: "point", icon: IconCrosshair, label: "Point: drag moves the cross in all planes" },
  { tool: "window", icon: IconContrast, label: "Window: drag changes contrast and brightness (or the right button)" },
  { tool: "move", icon: IconHandMove, label: "Move: drag shifts an enlarged plane" },
];

/** What a drag does, how grey values are shown, and how organs lie over them. */
export function StackToolbar({ stack, state, hasOrgans, onChange }: Props) {
  const presets = presetsOf(stack);
  const { window, overlay } = state;
  const own = `${Math.round(window.middle)} / ${Math.round(window.width)}`;
  const preset = presetOf(window, presets);
  return (
    <div className={classes.toolbar} role="toolbar" aria-label="Slice viewer">
      <StageSegments
        aria-label="What a drag does"
        value={state.tool}
        onChange={(tool) => onChange({ kind: "setTool", tool })}
        data={TOOLS.map(({ tool, icon: Icon, label }) => ({
          value: tool,
          label: (
            <Tooltip label={label} openDelay={500}>
              <span className={classes.toolIcon}>
                <Icon size={19} stroke={1.7} aria-label={label} />
              </span>
            </Tooltip>
          ),
        }))}
      />
      <Select
        className={classes.window ?? ""}
        classNames={{ input: classes.windowInput ?? "" }}
        size="sm"
        aria-label="Window: grey values from black to white"
        allowDeselect={false}
        checkIconPosition="right"
        value={preset?.key ?? OWN_WINDOW}
        data={[
          ...presets.map(({ key, name }) => ({ value: key, label: name })),
          ...(preset ? [] : [{ value: OWN_WINDOW, label: own }]),
        ]}
        onChange={(key) => {
          const chosen = presets.find((p) => p.key === key);
          if (chosen) onChange({ kind: "setWindow", window: chosen.window });
        }}
      />
      {hasOrgans && (
        <div className={classes.overlayTools}>
          <Tooltip label="Organs on or off (O)" openDelay={500}>
            <ActionIcon
              className={classes.tool ?? ""}
              variant="transparent"
              size={36}
              aria-label="Organs over the picture"
              aria-pressed={overlay.shown}
              data-on={overlay.shown || undefined}
              onClick={() => onChange({ kind: "setOverlay", overlay: { shown: !overlay.shown } })}
            >
              <IconStack2 size={19} stroke={1.7} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Outlines only (F)" openDelay={500}>
            <ActionIcon
              className={classes.tool ?? ""}
              variant="transparent"
              size={36}
              aria-label="Outlines only"
              aria-pressed={overlay.style === "outline"}
              data-on={overlay.style === "outline" || undefined}
              disabled={!overlay.shown}
              onClick={() => onChange({ kind: "setOverlay", overlay: { style: overlay.style === "fill" ? "outline" : "fill" } })}
            >
              <IconShape size={19} stroke={1.7} />
            </ActionIcon>
          </Tooltip>
          <Slider
            className={classes.opacity ?? ""}
            size="sm"
            min={0.05}
            max={1}
            step={0.05}
            disabled={!overlay.shown}
            value={overlay.opacity}
            onChange={(opacity) => onChange({ kind: "setOverlay", overlay: { opacity } })}
            label={(value) => `${Math.round(100 * value)} %`}
            thumbLabel="Opacity of the organs"
          />
        </div>
      )}
      <KeyHelp
        keys={[...PLANE_KEY_HELP, ...MOUSE_HELP]}
        className={`${classes.tool} ${classes.keysButton}`}
        size={36}
        position="bottom-end"
      />
    </div>
  );
}
