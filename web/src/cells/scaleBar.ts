/** Length of a scale bar: a round number of micrometres that fits. */

export interface ScaleBarLength {
  um: number;
  widthPx: number;
}

const ROUND = [5, 2, 1];

export function scaleBarLength(umPerScreenPx: number, widestPx: number): ScaleBarLength | null {
  const widestUm = umPerScreenPx * widestPx;
  if (!(widestUm > 0) || !Number.isFinite(widestUm)) return null;
  const decade = 10 ** Math.floor(Math.log10(widestUm));
  const um = decade * (ROUND.find((r) => r * decade <= widestUm) ?? 1);
  return { um: Number(um.toPrecision(1)), widthPx: um / umPerScreenPx };
}
