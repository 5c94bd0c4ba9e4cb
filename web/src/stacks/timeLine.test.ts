import { expect, it } from "vitest";

import { niceStep, timePlot } from "./timeLine";
import type { TimePoint } from "./types";

const scan = (days: number | null, volumes: Record<string, number>): TimePoint => ({
  case_id: "a",
  name: "a",
  created_utc: "",
  days,
  modality: "MR",
  label_origin: "model",
  organs: Object.entries(volumes).map(([key, volume_ml]) => ({ key, name: key, colour: "#ff0000", volume_ml, cut: false })),
});

it("places scans by day and organs by size", () => {
  const plot = timePlot([scan(0, { stomach: 150 }), scan(14, { stomach: 180, colon: 600 })]);
  expect(plot).toMatchObject({ places: [0, 14], inDays: true, most: 600, step: 200 });
  expect(plot.series.map((s) => s.key)).toEqual(["colon", "stomach"]);
  expect(plot.series[1]?.points).toEqual([
    { place: 0, ml: 150, cut: false },
    { place: 14, ml: 180, cut: false },
  ]);
});

it("counts scans whose days are not known, or are the same", () => {
  expect(timePlot([scan(null, { a: 1 }), scan(null, { a: 2 })])).toMatchObject({ places: [0, 1], inDays: false });
  expect(timePlot([scan(3, { a: 1 }), scan(3, { a: 2 })]).places).toEqual([0, 1]);
});

it("takes round steps", () => expect([0.9, 1, 1.2, 26, 51, 480].map(niceStep)).toEqual([1, 1, 2, 50, 100, 500]));
