import type { Organ, Stack } from "./types";
import { describePatientMm, patientMm, type Place } from "./places";
import type { PlaneNumbers } from "./stackApi";
import classes from "./stacks.module.css";
import { describeValue, valueOf } from "./windowing";

interface Props {
  stack: Stack;
  place: Place;
  /** The axial plane that runs through the place, and its labels. */
  grey: PlaneNumbers | undefined;
  labels: PlaneNumbers | undefined;
  organs: readonly Organ[];
}

/** Where the cross is in the patient, and what is there. */
export function CursorReadout({ stack, place, grey, labels, organs }: Props) {
  const at = place.coronal * stack.shape[2] + place.sagittal;
  const number = grey?.numbers[at];
  const label = labels?.numbers[at];
  const organ = organs.find((one) => one.label === label);
  return (
    <output className={classes.readout} data-testid="readout">
      <span>{describePatientMm(patientMm(place, stack))}</span>
      <span>{number === undefined ? "…" : describeValue(valueOf(number, stack.stored), stack.modality)}</span>
      <span className={classes.readoutOrgan}>
        {organ && <i style={{ background: organ.colour }} aria-hidden="true" />}
        {organ?.name ?? (label ? `label ${label}` : "no organ")}
      </span>
    </output>
  );
}
