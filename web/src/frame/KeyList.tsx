import { Kbd } from "@mantine/core";

import classes from "./frame.module.css";

/** Keys, or what else people may press or turn, and what each does. */
export type KeyMeanings = readonly (readonly [string, string])[];

/** The list of keys. */
export function KeyList({ keys }: { keys: KeyMeanings }) {
  return (
    <dl className={classes.keys}>
      {keys.map(([key, meaning]) => (
        <div key={key}>
          <dt>
            <Kbd>{key}</Kbd>
          </dt>
          <dd>{meaning}</dd>
        </div>
      ))}
    </dl>
  );
}
