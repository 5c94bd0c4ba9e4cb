import { Slider } from "@mantine/core";

import classes from "./stage.module.css";

/** How strongly the map lies over the picture. */
export function MapOpacity({ opacity, onChange }: { opacity: number; onChange: (opacity: number) => void }) {
  return (
    <div className={classes.mapOpacity}>
      <span aria-hidden="true">Map</span>
      <Slider
        size="sm"
        min={0}
        max={100}
        step={5}
        value={Math.round(100 * opacity)}
        onChange={(percent) => onChange(percent / 100)}
        label={null}
        thumbLabel="Opacity of the map"
      />
      <output>{Math.round(100 * opacity)} %</output>
    </div>
  );
}
