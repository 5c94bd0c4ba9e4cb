import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, it } from "vitest";

import { zipFiles } from "./zipFiles";

// Python's zipfile checks the sums, and is what the server reads with.
const READ = `
import json, sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
assert archive.testzip() is None
print(json.dumps({name: archive.read(name).decode() for name in archive.namelist()}))
`;

it("makes an archive that the server's reader opens", async () => {
  const shares: number[] = [];
  const parts = [
    { path: "CT/IM0001", file: new Blob(["first"]) },
    { path: "CT/Größe.dcm", file: new Blob(["second", " slice"]) },
    { path: "empty", file: new Blob([]) },
  ];
  const archive = await zipFiles(parts, (share) => shares.push(share));
  const path = join(mkdtempSync(join(tmpdir(), "zip-")), "a.zip");
  writeFileSync(path, Buffer.from(await archive.arrayBuffer()));
  const found: unknown = JSON.parse(execFileSync("python3", ["-c", READ, path], { encoding: "utf8" }));
  expect(found).toEqual({ "CT/IM0001": "first", "CT/Größe.dcm": "second slice", empty: "" });
  expect(shares.at(-1)).toBe(1);
});
