/** Roles in words. */
import type { AccountAction, Role } from "./accountsApi";

export const ROLES: readonly { value: Role; label: string; may: string }[] = [
  { value: "viewer", label: "Viewer", may: "sees all cases and results, names single cells, learns" },
  { value: "reviewer", label: "Reviewer", may: "uploads, corrects and signs as well, and deletes own cases" },
  { value: "admin", label: "Admin", may: "manages accounts, reference ranges and everybody's cases as well" },
];

export const roleLabel = (role: Role) => ROLES.find(({ value }) => value === role)?.label ?? role;
export const roleMay = (role: Role) => ROLES.find(({ value }) => value === role)?.may ?? "";

const ACTIONS: Record<string, string> = {
  account_added: "Account added",
  account_changed: "Changed",
  password_reset: "Password reset",
  password_changed: "Password changed",
  signed_in: "Signed in",
  sign_in_failed: "Sign-in failed",
  signed_out_everywhere: "Signed out everywhere",
  token_added: "API token made",
  token_revoked: "API token revoked",
};
const FIELDS: Record<string, string> = { full_name: "full name", role: "role", disabled: "whether it may sign in" };

/** A line of an account's history: "Changed: role". */
export function describeAction({ action, fields }: Pick<AccountAction, "action" | "fields">): string {
  const words = ACTIONS[action] ?? action.replaceAll("_", " ");
  return fields.length > 0 ? `${words}: ${fields.map((field) => FIELDS[field] ?? field).join(", ")}` : words;
}
