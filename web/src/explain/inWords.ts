/** Why a cell was named as it was, in sentences. */
import { styleOf, type ClassStyles } from "../cells/classStyles";
import { capitalised, formatPercent } from "../cells/format";
import { hasSet, type Predicted } from "../cells/predictions";

const MOST_RUNNERS_UP = 3;

export interface Reason {
  term: string;
  words: string;
}

/**
 * The best class with its runners-up, and what the prediction set means.
 *
 * @param level Share of familiar cells whose true class is in their set; null from a model without sets.
 */
export function inWords(cell: Predicted, styles: ClassStyles, level: number | null): Reason[] {
  const name = (key: string) => styleOf(styles, key).name;
  const [best, ...others] = Object.entries(cell.probabilities)
    .sort((one, other) => other[1] - one[1])
    .map(([key, probability]) => `${name(key)} (${formatPercent(probability)})`);
  const runnersUp = others.slice(0, MOST_RUNNERS_UP);
  const reasons: Reason[] = [];
  if (best !== undefined) {
    reasons.push({
      term: "Runners-up",
      words:
        runnersUp.length > 0
          ? `Most probable is ${best}; then ${listed(runnersUp, "and")}.`
          : `Most probable is ${best}; no other class has 1 % or more.`,
    });
  }
  if (level !== null && hasSet(cell)) {
    reasons.push({ term: "Prediction set", words: setInWords(cell.prediction_set.map(name), level) });
  }
  return reasons;
}

function setInWords(set: readonly string[], level: number): string {
  const sure = formatPercent(level);
  if (set.length === 0) {
    return "No class: the cell is typical of none of those that the classifier knows. Look at it yourself.";
  }
  if (set.length === 1) return `Only ${set[0]}. For ${sure} of cells like those it has learnt, the true class is in the set.`;
  return `${capitalised(listed(set, "or"))}: the classifier cannot tell these apart here. For ${sure} of cells like those it has learnt, the true class is in the set.`;
}

/** "a, b and c" */
function listed(words: readonly string[], last: "and" | "or"): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}`;
}
