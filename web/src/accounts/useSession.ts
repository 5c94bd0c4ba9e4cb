/** Who is signed in, and what one may do. */
import { useMutation, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";

import { ApiProblem } from "../api/client";
import * as api from "./accountsApi";

const SESSION = ["session"] as const;

export function useSession() {
  return useQuery({
    queryKey: SESSION,
    queryFn: ({ signal }) => api.getSession(signal),
    staleTime: 10_000,
    // Nothing is shown before the answer: where the server is silent, the pages say so, and at once.
    retry: false,
  });
}

/** Whether the person before the screen may do something; on a server without accounts everybody may everything. */
export function useMay(right: api.Right): boolean {
  const session = useSession().data;
  return session === undefined || session.roles_may.includes(right);
}

/** Whether one may delete a case: who uploaded it may, and who administers. */
export function useMayDelete(): (owned: { owner?: string | null }) => boolean {
  const session = useSession().data;
  const administers = useMay("administer");
  const reviews = useMay("review");
  return ({ owner }) => administers || (reviews && owner === session?.account?.name);
}

export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: api.signIn,
    onSuccess: (session) => {
      // What was asked as nobody was refused, and is asked again.
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION[0] });
      client.setQueryData(SESSION, session);
    },
  });
}

/** Loads the application anew when it is done: nothing of this person stays in the page's memory. */
export function useSignOut() {
  return useMutation({ mutationFn: api.signOut, onSuccess: () => window.location.assign("/") });
}

/** Asks who is signed in where an answer says that nobody is: the session has ended meanwhile. */
export function noteProblem(client: QueryClient, error: Error): void {
  if (error instanceof ApiProblem && error.code === "sign_in_needed") {
    void client.invalidateQueries({ queryKey: SESSION });
  }
}
