import { expect, it } from "vitest";

import { caseHref, modelHref, routeOf, smearReportHref, specimenHref, startHref, subjectHref } from "./routing";

it("reads back the addresses it makes", () => {
  const id = "0123456789abcdef".repeat(2);
  expect(routeOf(caseHref(id))).toEqual({ page: "case", id, cellId: null });
  expect(routeOf(caseHref(id, 12))).toEqual({ page: "case", id, cellId: 12 });
  expect(routeOf(modelHref(id))).toEqual({ page: "model", id, cellId: null });
  expect(routeOf(modelHref(id, 12))).toEqual({ page: "model", id, cellId: 12 });
  expect(routeOf(`${caseHref(id)}/cells/0`)).toEqual({ page: "unknown" });
  expect(routeOf(startHref("smear"))).toEqual({ page: "start", purpose: "smear" });
  expect(routeOf(startHref("cells"))).toEqual({ page: "start", purpose: "cells" });
  expect(routeOf("/")).toMatchObject({ page: "start" });
  expect(routeOf("/api/docs")).toEqual({ page: "api" });
  expect(routeOf("/cases/../x")).toEqual({ page: "unknown" });
});

it.each(["S-12", "smear 3/4", "100 %", "größe?#&", ".", "..", "a\\b"])("keeps the key %j in an address", (key) => {
  const read = (href: string) => routeOf(new URL(href, "http://localhost").pathname);
  expect(read(specimenHref(key))).toEqual({ page: "specimen", key });
  expect(read(smearReportHref(key))).toEqual({ page: "smearReport", key });
  expect(read(subjectHref(key))).toEqual({ page: "subject", key });
});

it("knows no page of a key that is no text", () => {
  expect(routeOf("/specimens/%zz")).toEqual({ page: "unknown" });
  expect(routeOf("/subjects/%20")).toEqual({ page: "unknown" });
});
