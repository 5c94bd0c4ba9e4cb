import { lazy, Suspense, useEffect, useRef, type ReactNode } from "react";

import { useSession } from "./useSession";

const SignInPage = lazy(() => import("./SignInPage"));

/** Lets in whoever may come in. Others see the sign-in page at any address, and then what they wanted to see. */
export function AccountGate({ children }: { children: ReactNode }) {
  const session = useSession();
  const account = session.data?.account ?? null;
  const wasSignedIn = useRef(false);
  useEffect(() => {
    // The session has ended: nothing that its person looked at stays in the page's memory.
    if (wasSignedIn.current && account === null) window.location.reload();
    wasSignedIn.current = account !== null;
  }, [account]);
  if (session.isPending) return null;
  if (session.data?.accounts && account === null) {
    return (
      <Suspense>
        <SignInPage isEmpty={!session.data.any_account} />
      </Suspense>
    );
  }
  return children;
}
