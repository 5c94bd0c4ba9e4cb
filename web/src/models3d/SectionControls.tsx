import { SegmentedControl, Slider, Switch } from "@mantine/core";

import classes from "./models3d.module.css";
import { SECTION_STEP, type SectionAxis, type ViewChange, type ViewSettings } from "./viewSettings";

const AXES: { value: SectionAxis; label: string }[] = [
  { value: "z", label: "From the front" },
  { value: "x", label: "From the right" },
  { value: "y", label: "From above" },
];

interface Props {
  settings: ViewSettings;
  onChange: (change: ViewChange) => void;
}

/** Where the models are cut open. */
export function SectionControls({ settings, onChange }: Props) {
  const { on, axis, place } = settings.section;
  return (
    <section aria-labelledby="section-title" className={classes.section}>
      <h2 id="section-title">Cut</h2>
      <Switch label="Cut open" checked={on} onChange={() => onChange({ kind: "toggleSection" })} />
      {on && (
        <>
          <SegmentedControl
            fullWidth
            size="xs"
            data={AXES}
            value={axis}
            aria-label="Direction of the cut"
            onChange={(value) => onChange({ kind: "setSection", section: { axis: value } })}
          />
          <Slider
            min={0.005}
            max={0.995}
            step={SECTION_STEP / 4}
            label={(value) => `${Math.round(100 * value)} %`}
            thumbLabel="Place of the cut"
            value={place}
            onChange={(value) => onChange({ kind: "setSection", section: { place: value } })}
          />
        </>
      )}
    </section>
  );
}
