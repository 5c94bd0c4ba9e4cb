/** What a page is called: in the browser's tab, and to the hook that notices that another page is open. */
import type { Purpose, Route } from "../routing";

const START: Record<Purpose, string> = { smear: "Blood smear", cells: "Single cells", stacks: "CT or MRI" };
const WORDS: Record<Exclude<Route["page"], "start">, string> = {
  case: "Picture",
  model: "In 3D",
  review: "Review",
  report: "Report",
  archive: "Archive",
  specimen: "Specimen",
  smearReport: "Report",
  subject: "Subject",
  atlas: "Atlas",
  quiz: "Quiz",
  ranges: "Reference ranges",
  account: "Account",
  accounts: "Accounts",
  api: "API",
  unknown: "Nothing is here",
};
/** Headings that stand there before a name is known. */
const NOT_YET = "…";

/**
 * The document's title, most telling part first.
 *
 * @param heading Name of what is open, where the page has one.
 */
export function titleOf(route: Route, heading: string | undefined): string {
  const words = route.page === "start" ? START[route.purpose] : WORDS[route.page];
  const named = heading && heading !== NOT_YET ? heading : undefined;
  if (named === undefined || named === words) return `${words} · Cytovox`;
  return route.page === "case" ? `${named} · Cytovox` : `${named} · ${words} · Cytovox`;
}

/** The same text for addresses that a person takes for one page: a step to the next cell opens no other. */
export function pageKey(route: Route): string {
  if ("id" in route) return `${route.page} ${route.id}`;
  return "key" in route ? `${route.page} ${route.key}` : route.page;
}

/** Whether a heading is one to read out already. */
export const isReady = (heading: string | null) => heading !== null && heading !== "" && heading !== NOT_YET;
