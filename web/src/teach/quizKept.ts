/** What of quizzes stays in this browser: how far each is, and which was the last. */
import type { Progress } from "./quizProgress";

const PREFIX = "cytovox-quiz ";
const LAST = "cytovox-last-quiz";

export const keptProgress = (href: string): string | null => read(PREFIX + href);

export function keepProgress(href: string, progress: Progress): void {
  const before = read(LAST);
  // One quiz is kept: the one before it is over, or was left.
  if (before !== null && before !== href) write(PREFIX + before, null);
  write(PREFIX + href, JSON.stringify(progress));
  write(LAST, href);
}

/** Address of a quiz that was begun and not ended. */
export function lastQuiz(): string | null {
  const href = read(LAST);
  const kept = href === null ? null : read(PREFIX + href);
  if (href === null || kept === null) return null;
  try {
    const { round, solutions } = JSON.parse(kept) as Progress;
    return solutions.length < round.length ? href : null;
  } catch {
    return null;
  }
}

// A browser may refuse to keep anything: the quiz goes on without.
function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // As above.
  }
}
