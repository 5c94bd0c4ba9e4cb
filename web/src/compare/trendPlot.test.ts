import { expect, it } from "vitest";

import { dayOf, formatDay, namedDays, trendAxes } from "./trendPlot";

const point = (date: string, percent: number, low: number, high: number) => ({ date, percent, low, high });

it("counts days from dates and times of day", () => {
  expect(dayOf("1970-01-02")).toBe(1);
  expect(dayOf("2026-03-01T23:59:00Z") - dayOf("2026-02-28")).toBe(1);
  expect(formatDay(dayOf("2026-03-03"))).toBe("3 Mar 2026");
});

it("holds intervals and the reference range, in round steps", () => {
  const axes = trendAxes([point("2026-01-01", 12, 7, 18)], { low: 20, high: 44 }, [3, 1]);
  expect(axes).toEqual({ first: 1, last: 3, most: 60, step: 20 });
});

it("never goes above 100 %, and shows something of nothing", () => {
  expect(trendAxes([point("2026-01-01", 99, 93, 100)], null, [1]).most).toBe(100);
  expect(trendAxes([point("2026-01-01", 0, 0, 0)], null, [1]).most).toBeGreaterThanOrEqual(1);
});

it("names the first day and what has room after it, the last before the rest", () => {
  const at = (day: number) => 10 * day;
  expect(namedDays([1, 2, 9, 10, 5, 5], at, 30)).toEqual([1, 5, 10]);
  expect(namedDays([1, 2], at, 30)).toEqual([1]);
  expect(namedDays([4], at, 30)).toEqual([4]);
  expect(namedDays([], at, 30)).toEqual([]);
});
