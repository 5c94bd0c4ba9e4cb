/** Exact binomial (Clopper–Pearson) interval of a share, as differential counts are quoted (Rümke 1985). */

export interface Share {
  percent: number;
  lowPercent: number;
  highPercent: number;
}

const TAIL = 0.025;
const BISECTIONS = 50;

/** Share of `count` in `total` with its exact 95 % interval, in percent; null when there is nothing to divide by. */
export function share(count: number, total: number): Share | null {
  if (total <= 0) return null;
  const low = count === 0 ? 0 : solve((p) => upperTail(count, total, p) > TAIL);
  const high = count === total ? 1 : solve((p) => 1 - upperTail(count + 1, total, p) <= TAIL);
  return { percent: (100 * count) / total, lowPercent: 100 * low, highPercent: 100 * high };
}

/** Smallest p in 0..1 from which on a condition holds. */
function solve(holds: (p: number) => boolean): number {
  let below = 0;
  let above = 1;
  for (let i = 0; i < BISECTIONS; i++) {
    const middle = (below + above) / 2;
    if (holds(middle)) above = middle;
    else below = middle;
  }
  return (below + above) / 2;
}

/** Probability of at least `count` successes in `total` trials, summed in logarithms so that no term underflows. */
function upperTail(count: number, total: number, p: number): number {
  if (p <= 0) return count <= 0 ? 1 : 0;
  if (p >= 1) return 1;
  let term = logChoose(total, count) + count * Math.log(p) + (total - count) * Math.log1p(-p);
  let sum = 0;
  for (let k = count; k <= total; k++) {
    sum += Math.exp(term);
    term += Math.log((total - k) / (k + 1)) + Math.log(p) - Math.log1p(-p);
  }
  return Math.min(1, sum);
}

function logChoose(n: number, k: number): number {
  let sum = 0;
  for (let i = 1; i <= Math.min(k, n - k); i++) sum += Math.log((n - Math.min(k, n - k) + i) / i);
  return sum;
}
