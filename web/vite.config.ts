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

export default defineConfig({
  plugins: [withoutHeadsetEmulator, react()],
  build: { target: "es2022", sourcemap: false, chunkSizeWarningLimit: 1100 },
  server: { proxy: { "/api": "http://127.0.0.1:8000" } },
  // A busy machine takes long for the test that looks at thousands of cells.
  test: { include: ["src/**/*.test.ts"], environment: "node", testTimeout: 30_000 },
});
