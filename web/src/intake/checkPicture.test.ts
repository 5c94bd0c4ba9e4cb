import { expect, it } from "vitest";

import { describeTypes, objectionTo } from "./checkPicture";

const limits = { upload_limit_bytes: 10_000_000, accepted_types: [".jpg", ".jpeg", ".png", ".tif", ".tiff"] };
const file = (name: string, size: number, type = "") => ({ name, size, type });

it("lets pictures pass, by ending or by type", () => {
  expect(objectionTo(file("a.JPG", 10_000_000), limits)).toBeNull();
  expect(objectionTo(file("image", 10, "image/png"), limits)).toBeNull();
  expect(objectionTo(file("a.svs", 1), undefined)).toBeNull();
});

it("says what is wrong before anything is sent", () => {
  expect(objectionTo(file("a.jpg", 0), limits)).toBe("a.jpg is empty.");
  expect(objectionTo(file("a.jpg", 12_000_000), limits)).toContain("12 MB; at most 10 MB");
  expect(objectionTo(file("notes.txt", 5, "text/plain"), limits)).toBe(
    "notes.txt is not a picture that Cytovox reads. Use JPEG, PNG or TIFF.",
  );
});

it("names formats once", () => expect(describeTypes(limits)).toBe("JPEG, PNG or TIFF"));
