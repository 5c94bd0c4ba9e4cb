/** Under which name a person corrects. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { readJson } from "../api/client";
import type { components } from "../api/schema";

type Session = components["schemas"]["SessionDocument"];

const KEPT_AS = "cytovox.reviewer";
/** What the server calls a reviewer without a name. */
const NAMELESS = "reviewer";

export interface Reviewer {
  name: string;
  /** Whether the name is that of who is signed in: it is then not for the person to choose. */
  signedIn: boolean;
  mayEdit: boolean;
  /** What the person typed as a name; empty at first. */
  own: string;
  rename: (name: string) => void;
}

/** The signed-in person, else who this browser's person says to be; null until the server has told which. */
export function useReviewer(): Reviewer | null {
  const session = useQuery({
    queryKey: ["session"],
    queryFn: ({ signal }) => readJson<Session>("/api/session", signal),
    staleTime: 60_000,
  });
  const [own, setOwn] = useState(() => localStorage.getItem(KEPT_AS) ?? "");
  if (!session.data) return null;
  const { accounts, account, roles_may: may } = session.data;
  const rename = (name: string) => {
    localStorage.setItem(KEPT_AS, name);
    setOwn(name);
  };
  return {
    name: accounts ? (account?.name ?? "") : asKept(own) || NAMELESS,
    signedIn: accounts,
    mayEdit: may.includes("review"),
    own,
    rename,
  };
}

/** A name as the server keeps it: composed letters, single spaces. */
const asKept = (name: string) => name.normalize("NFC").replaceAll(/[\s\p{C}]+/gu, " ").trim();
