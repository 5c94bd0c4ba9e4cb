import { readFileSync } from "node:fs";
import { format, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";
import { expect, it } from "vitest";

import { problemFrom } from "./client";

const WEB = resolve(import.meta.dirname, "../..");

it("the committed types are those of the committed description (npm run api)", async () => {
  const source = pathToFileURL(format({ dir: WEB, base: "openapi.json" }));
  const fresh = astToString(await openapiTS(source, { alphabetize: true, rootTypes: true }));
  const committed = readFileSync(resolve(WEB, "src/api/schema.d.ts"), "utf8");
  expect(committed.replace(/^\/\*\*[\s\S]*?\*\/\s*/, "").trim()).toBe(fresh.trim());
});

it("an answer that is no JSON still becomes a problem with words", () => {
  expect(problemFrom(413, '{"error": {"code": "upload_too_large", "message": "Too large."}}')).toMatchObject({
    code: "upload_too_large",
    message: "Too large.",
  });
  expect(problemFrom(502, "<html>bad gateway</html>").message).toContain("502");
});
