/** How far a quiz is, and what was mistaken for what. */
import type { Solution } from "./quizApi";

export interface Progress {
  /** Ids of the questions of this round: all, or those that were wrong in the round before. */
  round: readonly string[];
  /** What was answered in this round, in order. */
  solutions: readonly Solution[];
}

export const begun = (ids: readonly string[]): Progress => ({ round: ids, solutions: [] });

/** Id of the question to be asked; null when all are answered. */
export const nextOpen = ({ round, solutions }: Progress): string | null => round[solutions.length] ?? null;

export const score = ({ solutions }: Progress): number => solutions.filter((solution) => solution.right).length;

/** A round of the questions that were answered wrongly; null when there are none. */
export function wrongOnes({ solutions }: Progress): Progress | null {
  const wrong = solutions.filter((solution) => !solution.right).map((solution) => solution.id);
  return wrong.length > 0 ? begun(wrong) : null;
}

export interface Mistake {
  truth: string;
  /** Empty where the time was up. */
  chosen: string;
  times: number;
}

/** What was mistaken for what, the most frequent first. */
export function mistakes({ solutions }: Progress): Mistake[] {
  const found = new Map<string, Mistake>();
  for (const { truth, chosen, right } of solutions) {
    if (right) continue;
    const key = `${truth} ${chosen}`;
    found.set(key, { truth, chosen, times: (found.get(key)?.times ?? 0) + 1 });
  }
  return [...found.values()].sort((one, other) => other.times - one.times);
}

/** Progress as it was kept; a new round where nothing fitting was. */
export function restored(text: string | null, ids: readonly string[]): Progress {
  try {
    const kept = JSON.parse(text ?? "null") as Progress | null;
    const known = new Set(ids);
    const fits =
      kept !== null &&
      kept.round.length > 0 &&
      kept.round.every((id) => known.has(id)) &&
      kept.solutions.length <= kept.round.length &&
      kept.solutions.every((solution, place) => solution.id === kept.round[place]);
    return fits ? kept : begun(ids);
  } catch {
    return begun(ids);
  }
}
