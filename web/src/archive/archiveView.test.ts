import { expect, it } from "vitest";

import { archiveHref, isNarrowed, viewOf } from "./archiveView";

it.each([
  {},
  { text: "50 % & more" },
  { text: "slide", tags: ["malaria", "bad stain"], kind: "volume" as const },
  { deleted: true },
])("reads a view back from its address: %j", (view) => {
  const { search, pathname } = new URL(archiveHref(view), "http://localhost");
  expect(pathname).toBe("/archive");
  expect(viewOf(search)).toEqual({ text: "", tags: [], kind: null, deleted: false, ...view });
});

it("takes an address that makes no sense for the whole archive", () => {
  expect(isNarrowed(viewOf("?kind=banana&deleted=maybe&x=1"))).toBe(false);
  expect(isNarrowed(viewOf("?tag=a"))).toBe(true);
});
