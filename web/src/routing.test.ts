import { expect, it } from "vitest";

import { caseHref, routeOf } from "./routing";

it("reads back the addresses it makes", () => {
  const id = "0123456789abcdef".repeat(2);
  expect(routeOf(caseHref(id))).toEqual({ page: "case", id });
  expect(routeOf("/")).toEqual({ page: "start" });
  expect(routeOf("/api/docs")).toEqual({ page: "api" });
  expect(routeOf("/cases/../x")).toEqual({ page: "unknown" });
});
