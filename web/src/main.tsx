import "@fontsource-variable/ibm-plex-sans/wght.css";
import "./mantine.css";
import "./styles.css";

import { MantineProvider } from "@mantine/core";
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { AccountGate } from "./accounts/AccountGate";
import { noteProblem } from "./accounts/useSession";
import { ApiProblem } from "./api/client";
import { App } from "./App";
import { keepUpWithServer } from "./frame/installed";
import { theme } from "./theme";

const onError = (error: Error) => noteProblem(queries, error);
const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      // An answer of the server is an answer; only silence is worth asking again.
      retry: (failures, error) => failures < 2 && error instanceof ApiProblem && error.status === 0,
      refetchOnWindowFocus: true,
      networkMode: "always",
    },
    mutations: { networkMode: "always" },
  },
});

keepUpWithServer();

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no element #root");
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={queries}>
        <AccountGate>
          <App />
        </AccountGate>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
