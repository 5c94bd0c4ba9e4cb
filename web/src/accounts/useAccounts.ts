/** Everybody's accounts, for those who administer. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import * as api from "./accountsApi";

const ACCOUNTS = ["accounts"] as const;

export function useAccounts(wanted: boolean) {
  return useQuery({ queryKey: ACCOUNTS, queryFn: ({ signal }) => api.listAccounts(signal), enabled: wanted });
}

export function useAccountHistory(name: string) {
  return useQuery({
    queryKey: [...ACCOUNTS, name, "history"],
    queryFn: ({ signal }) => api.getAccountHistory(name, signal),
  });
}

/** A change of accounts; the list is read anew after it, also where it was refused. */
export function useAccountChange<Wanted>(mutationFn: (wanted: Wanted) => Promise<void>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    onSettled: async () => {
      // One's own role may have changed too.
      await Promise.all([
        client.invalidateQueries({ queryKey: ACCOUNTS }),
        client.invalidateQueries({ queryKey: ["session"] }),
      ]);
    },
  });
}
