import { expect, it } from "vitest";

import { routeOf } from "../routing";
import { isReady, pageKey, titleOf } from "./pageTitle";

const ID = "0123456789abcdef".repeat(2);

it("names the page and what is open on it", () => {
  expect(titleOf(routeOf("/"), undefined)).toBe("Blood smear · Cytovox");
  expect(titleOf(routeOf("/stacks"), undefined)).toBe("CT or MRI · Cytovox");
  expect(titleOf(routeOf("/archive"), undefined)).toBe("Archive · Cytovox");
  expect(titleOf(routeOf("/archive"), "Archive")).toBe("Archive · Cytovox");
  expect(titleOf(routeOf(`/cases/${ID}`), "smear.jpg")).toBe("smear.jpg · Cytovox");
  expect(titleOf(routeOf(`/cases/${ID}/report`), "smear.jpg")).toBe("smear.jpg · Report · Cytovox");
  expect(titleOf(routeOf(`/cases/${ID}`), "…")).toBe("Picture · Cytovox");
});

it("tells pages apart, not cells of a page or purposes of the start page", () => {
  const key = (path: string) => pageKey(routeOf(path));
  expect(key(`/cases/${ID}/cells/1/3d`)).toBe(key(`/cases/${ID}/cells/2/3d`));
  expect(key("/")).toBe(key("/single-cells"));
  expect(key(`/cases/${ID}`)).not.toBe(key(`/cases/${ID}/review`));
  expect(key("/specimens/a")).not.toBe(key("/specimens/b"));
});

it("waits for a heading that says something", () => {
  expect([null, "", "…", "smear.jpg"].map(isReady)).toEqual([false, false, false, true]);
});
