import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react()],
  build: { target: "es2022", sourcemap: false, chunkSizeWarningLimit: 1100 },
  server: { proxy: { "/api": "http://127.0.0.1:8000" } },
  // A busy machine takes long for the test that looks at thousands of cells.
  test: { include: ["src/**/*.test.ts"], environment: "node", testTimeout: 30_000 },
});
