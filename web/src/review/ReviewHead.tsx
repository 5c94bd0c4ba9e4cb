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
  seen: Seen;
}

/** Who reviews, what is shown, and how far it has come. */
export function ReviewHead({ reviewer, reading, onReading, seen }: Props) {
  return (
    <div className={classes.head}>
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
        />
      )}
      <NativeSelect
        label="Shown"
        size="sm"
        value={reading}
        data={READINGS}
        onChange={(event) => onReading(READINGS.find(({ value }) => value === event.currentTarget.value)?.value ?? "everyone")}
      />
      <div className={classes.seen}>
        <span>
          <b>{formatCount(seen.seen)}</b> of {formatCount(seen.of)} white cells seen
        </span>
        <Progress value={seen.of > 0 ? (100 * seen.seen) / seen.of : 0} size="sm" aria-label="White cells seen" />
      </div>
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
    <div className={classes.filters}>
      <SegmentedControl
        size="xs"
        aria-label="Cells shown"
        value={shown}
        onChange={onShown}
        data={[
          { value: "all", label: `All ${formatCount(counts.all)}` },
          { value: "unseen", label: `Not yet seen ${formatCount(counts.unseen)}` },
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
          { value: "place", label: "As on the picture" },
        ]}
      />
    </div>
  );
}
