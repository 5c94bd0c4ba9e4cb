import { NativeSelect, Progress, SegmentedControl, TextInput } from "@mantine/core";

import { formatCount } from "../cells/format";
import type { Order, Progress as Seen, Shown } from "./gallery";
import classes from "./review.module.css";
import type { Reading } from "./types";
import type { Reviewer } from "./useReviewer";

const READINGS: { value: Reading; label: string }[] = [
  { value: "everyone", label: "Everyone's corrections" },
  { value: "mine", label: "My corrections alone" },
  { value: "blind", label: "Blind: labels hidden" },
  { value: "machine", label: "The machine's, as found" },
];

interface Props {
  reviewer: Reviewer;
  reading: Reading;
  onReading: (reading: Reading) => void;
}

/** Who reviews, and whose corrections are shown. */
export function ReviewHead({ reviewer, reading, onReading }: Props) {
  return (
    <div className={classes.who}>
      {reviewer.signedIn ? (
        <p className={classes.signedIn}>
          Reviewer <b>{reviewer.name}</b>
        </p>
      ) : (
        <TextInput
          label="Your name"
          size="sm"
          maxLength={64}
          placeholder={reviewer.name}
          value={reviewer.own}
          onChange={(event) => reviewer.rename(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter") event.currentTarget.blur();
          }}
        />
      )}
      <NativeSelect
        label="Shown"
        size="sm"
        value={reading}
        data={READINGS}
        onChange={(event) => {
          onReading(READINGS.find(({ value }) => value === event.currentTarget.value)?.value ?? "everyone");
          // A list that keeps the focus would take the letters that name cells.
          event.currentTarget.blur();
        }}
      />
    </div>
  );
}

/** How many white cells a person has seen. */
export function SeenSoFar({ seen }: { seen: Seen }) {
  return (
    <div className={classes.seen}>
      <span>
        <b>{formatCount(seen.seen)}</b> of {formatCount(seen.of)} white cells seen
      </span>
      <Progress value={seen.of > 0 ? (100 * seen.seen) / seen.of : 0} size="sm" aria-label="White cells seen" />
    </div>
  );
}

interface FilterProps {
  shown: Shown;
  order: Order;
  counts: Record<Shown, number>;
  onShown: (shown: Shown) => void;
  onOrder: (order: Order) => void;
}

/** Which cells the gallery shows, and in which order. */
export function GalleryFilters({ shown, order, counts, onShown, onOrder }: FilterProps) {
  return (
    <>
      <SegmentedControl
        size="xs"
        aria-label="Cells shown"
        value={shown}
        onChange={onShown}
        data={[
          { value: "all", label: `All ${formatCount(counts.all)}` },
          { value: "unseen", label: `Not seen ${formatCount(counts.unseen)}` },
          { value: "doubtful", label: `Doubtful ${formatCount(counts.doubtful)}` },
        ]}
      />
      <SegmentedControl
        size="xs"
        aria-label="Order in each class"
        value={order}
        onChange={onOrder}
        data={[
          { value: "doubt", label: "Doubt first" },
          { value: "place", label: "In place" },
        ]}
      />
    </>
  );
}
