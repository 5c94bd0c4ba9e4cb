/** A quiz stands in its address: whoever opens the same one is asked the same cells. */
export interface QuizAddress {
  set: string;
  count: number;
  seed: number;
  /** Cases up to this time are asked, ISO 8601. */
  asOf: string;
  /** Classes to choose from; 0 for all. */
  choices: number;
  /** Seconds for each question; 0 for as long as one likes. */
  seconds: number;
}

export const COUNTS = [10, 20, 50] as const;
export const FOUR_CHOICES = 4;
export const ALL_CHOICES = 0;
export const TIMES_S = [0, 10, 20, 40] as const;
const LARGEST_SEED = 2 ** 31;

/** The quiz of an address; null where the address names none. */
export function quizOf(search: string, now: Date): QuizAddress | null {
  const query = new URLSearchParams(search);
  const set = query.get("set");
  if (!set) return null;
  const whole = (name: string, otherwise: number, most: number) => {
    const value = Number(query.get(name) ?? otherwise);
    return Number.isInteger(value) && value >= 0 && value <= most ? value : otherwise;
  };
  return {
    set,
    count: whole("count", COUNTS[0], 50) || COUNTS[0],
    seed: whole("seed", 1, LARGEST_SEED - 1),
    asOf: query.get("as_of") ?? now.toISOString(),
    choices: whole("choices", FOUR_CHOICES, 30),
    seconds: whole("seconds", 0, 600),
  };
}

export function quizHref({ set, count, seed, asOf, choices, seconds }: QuizAddress): string {
  const query = new URLSearchParams({ set, count: String(count), seed: String(seed), choices: String(choices) });
  if (seconds > 0) query.set("seconds", String(seconds));
  query.set("as_of", asOf);
  return `/quiz?${query}`;
}

export const anySeed = () => Math.floor(Math.random() * LARGEST_SEED);
