import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** Leaves out the headset emulator that @react-three/xr would bring along: 4 MB that nobody here switches on. */
const withoutHeadsetEmulator: Plugin = {
  name: "without-headset-emulator",
  enforce: "pre",
  resolveId: (source, importer) =>
    source === "./emulate.js" && importer?.includes("@pmndrs/xr") ? "\0no-headset-emulator" : null,
  load: (id) => (id === "\0no-headset-emulator" ? "export const emulate = undefined;" : null),
};

/** Gives the service worker the hash of the files of this build, whose names hold hashes of their content. */
const versionedServiceWorker: Plugin = {
  name: "versioned-service-worker",
  apply: "build",
  writeBundle: ({ dir }, files) => {
    const worker = join(dir ?? "dist", "sw.js");
    const build = createHash("sha256").update(Object.keys(files).sort().join("\n")).digest("hex").slice(0, 16);
    writeFileSync(worker, readFileSync(worker, "utf8").replace("__BUILD__", build));
  },
};

const MANTINE_CLASS = /\bm_[0-9a-f]{6,8}\b/g;
const mantineClasses = (text: string) => new Set(text.match(MANTINE_CLASS));

/** Fails a build whose scripts use a component of Mantine that `src/mantine.css` has no styles of. */
const everyComponentStyled: Plugin = {
  name: "every-component-styled",
  apply: "build",
  writeBundle: function ({ dir }, files) {
    const read = (ending: string) =>
      Object.keys(files).filter((name) => name.endsWith(ending)).map((name) => readFileSync(join(dir ?? "dist", name), "utf8"));
    const used = mantineClasses(read(".js").join());
    const styled = mantineClasses(read(".css").join());
    const all = mantineClasses(readFileSync("node_modules/@mantine/core/styles.css", "utf8"));
    const missing = [...all].filter((name) => used.has(name) && !styled.has(name));
    if (missing.length > 0) this.error(`src/mantine.css lacks the styles of .${missing.join(", .")}; find them in @mantine/core/styles`);
  },
};

/** One file of all icons: each by itself is 300 bytes, and a page wants a dozen. */
const ICONS = { name: "icons", test: /@tabler[\\/]icons-react/ };

export default defineConfig({
  plugins: [withoutHeadsetEmulator, versionedServiceWorker, everyComponentStyled, react()],
  build: {
    target: "es2022",
    sourcemap: false,
    chunkSizeWarningLimit: 1100,
    rolldownOptions: { output: { codeSplitting: { groups: [ICONS] } } },
  },
  server: { proxy: { "/api": "http://127.0.0.1:8000" } },
  // A busy machine takes long for the test that looks at thousands of cells.
  test: { include: ["src/**/*.test.ts"], environment: "node", testTimeout: 30_000 },
});
