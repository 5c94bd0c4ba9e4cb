/** "3 Dec 2026". */
export const formatDay = (utc: string) =>
  new Date(utc).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });

/** "3 Dec 2026, 14:05". */
export const formatMoment = (utc: string) =>
  new Date(utc).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
