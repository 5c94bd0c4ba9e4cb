/** Volumes of organs as they stand on the screen. */

/** "1619", "63.4", "0.82": three digits are more than a segmentation is worth. */
export function formatMl(ml: number): string {
  if (ml >= 100) return ml.toFixed(0);
  return ml >= 10 ? ml.toFixed(1) : ml.toFixed(2);
}

/** Days after the first scan, as a person says it. */
export const describeDays = (days: number | null): string =>
  days === null ? "day not known" : days === 0 ? "first scan" : `${days} ${days === 1 ? "day" : "days"} later`;
