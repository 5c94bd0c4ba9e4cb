import { Select, TextInput } from "@mantine/core";

import { spacingMm, type Reading } from "./reading";
import classes from "./stacks.module.css";

interface Props {
  reading: Reading;
  /** Whether distances are asked for. */
  withSpacing: boolean;
  onChange: (reading: Reading) => void;
}

const MADE_WITH = [
  { value: "CT", label: "CT" },
  { value: "MR", label: "MRI" },
];
const DISTANCES = ["Slices apart, mm", "Rows apart, mm", "Columns apart, mm"] as const;

/** What the files may not say: what a stack was made with, and how far its voxels lie apart. */
export function ReadingFields({ reading, withSpacing, onChange }: Props) {
  const incomplete = spacingMm(reading.spacing) === "incomplete";
  return (
    <div className={classes.reading}>
      <Select
        size="xs"
        label="Made with"
        placeholder="As the files say"
        clearable
        data={MADE_WITH}
        value={reading.modality}
        onChange={(modality) => onChange({ ...reading, modality: modality as Reading["modality"] })}
      />
      {withSpacing &&
        DISTANCES.map((label, place) => (
          <TextInput
            key={label}
            size="xs"
            label={label}
            placeholder="From the files"
            inputMode="decimal"
            value={reading.spacing[place]}
            error={incomplete}
            aria-describedby={incomplete ? "distances-hint" : undefined}
            onChange={({ currentTarget: { value } }) =>
              onChange({ ...reading, spacing: reading.spacing.with(place, value) as unknown as Reading["spacing"] })
            }
          />
        ))}
      {incomplete && (
        <p id="distances-hint" className={classes.hint} role="status">
          Give all three distances, each above 0, or none.
        </p>
      )}
    </div>
  );
}
