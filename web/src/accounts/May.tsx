import type { ReactNode } from "react";

import type { Right } from "./accountsApi";
import { useMay } from "./useSession";

/** Shows something only to whoever may do it. The server holds to that by itself; this spares a person the refusal. */
export function May({ right, children }: { right: Right; children: ReactNode }) {
  return useMay(right) ? children : null;
}
