import { Button, Kbd, UnstyledButton } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";

import { breakable, capitalised, formatCount } from "../cells/format";
import type { ClassKey } from "./classKeys";
import classes from "./review.module.css";

interface Props {
  keys: readonly ClassKey[];
  /** The group whose finer classes are shown; null at the first level. */
  opened: ClassKey | null;
  counts: ReadonlyMap<string, number>;
  /** Class of the cell that is chosen. */
  current: string | null;
  disabled: boolean;
  onName: (key: ClassKey) => void;
  onBack: () => void;
}

/** A button for each class, with its key and how many there are. */
export function ClassPalette({ keys, opened, counts, current, disabled, onName, onBack }: Props) {
  const shown = opened?.finer ?? keys;
  return (
    <div className={classes.palette} role="group" aria-label={opened ? `Kinds of ${opened.style.name}` : "Classes"}>
      {opened && (
        <Button variant="default" leftSection={<IconArrowLeft size={16} />} onClick={onBack}>
          Back
        </Button>
      )}
      {shown.map((key) => (
        <ClassButton
          key={key.style.key}
          named={key}
          withinGroup={opened}
          count={countOf(key, counts)}
          current={key.style.key === current || key.finer.some((finer) => finer.style.key === current)}
          disabled={disabled}
          onName={onName}
        />
      ))}
    </div>
  );
}

interface ButtonProps {
  named: ClassKey;
  withinGroup: ClassKey | null;
  count: number;
  current: boolean;
  disabled: boolean;
  onName: (key: ClassKey) => void;
}

function ClassButton({ named, withinGroup, count, current, disabled, onName }: ButtonProps) {
  const { style, letter, finer } = named;
  const words = withinGroup?.style.key === style.key ? `${style.name}, kind not told` : style.name;
  return (
    <UnstyledButton
      className={classes.classButton}
      style={{ "--class-colour": style.colour }}
      data-class={style.key}
      data-current={current || undefined}
      disabled={disabled}
      title={capitalised(words)}
      aria-keyshortcuts={letter.toUpperCase()}
      onClick={() => onName(named)}
    >
      <span className={classes.long}>
        {breakable(capitalised(words))}
        {finer.length > 0 && " …"}
      </span>
      <span className={classes.short}>{style.short}</span>
      <small>{formatCount(count)}</small>
      <Kbd>{letter.toUpperCase()}</Kbd>
    </UnstyledButton>
  );
}

function countOf(key: ClassKey, counts: ReadonlyMap<string, number>): number {
  const keys = new Set([key.style.key, ...key.finer.map((finer) => finer.style.key)]);
  return [...keys].reduce((sum, one) => sum + (counts.get(one) ?? 0), 0);
}
