import { expect, it } from "vitest";

import { hindrance } from "./hindrance";

it("makes a report of counted pictures and copies of them", () => {
  expect(hindrance([{ use: "counted" }, { use: "same_picture" }])).toBeNull();
});

it("waits for pictures that are not analysed yet", () => {
  expect(hindrance([{ use: "counted" }, { use: "not_finished" }])).toContain("the last picture is");
  expect(hindrance([{ use: "not_finished" }, { use: "not_finished" }])).toContain("2 more pictures are");
});

it.each(["failed", "other_material"] as const)("asks to take out what never counts: %s", (use) => {
  expect(hindrance([{ use: "counted" }, { use: "not_finished" }, { use }])).toContain("Take out");
});
