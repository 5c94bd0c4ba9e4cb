/** Infected red cells in words: a suggestion that a person checks. */
import type { Parasitaemia } from "../api/types";
import { formatCount } from "./format";

/** "2.1 % of red cells look infected"; null where there was nothing to examine. */
export function describeParasitaemia(found: Parasitaemia | null): { figure: string; interval: string; counted: string } | null {
  if (typeof found?.share !== "number") return null;
  const cells = found.red_cells === 1 ? "red cell looks" : "red cells look";
  return {
    figure: `${percent(found.share)} %`,
    interval: `${percent(found.low)}–${percent(found.high)} %`,
    counted: `${formatCount(found.infected)} of ${formatCount(found.red_cells)} ${cells} infected`,
  };
}

/** Two decimals where parasitaemia is low: 0.05 and 0.1 % are not the same to a reader. */
function percent(share: number): string {
  const value = 100 * share;
  return String(Number(value.toFixed(value < 1 ? 2 : 1)));
}
