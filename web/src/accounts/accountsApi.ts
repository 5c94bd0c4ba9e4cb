/** Sessions, accounts and API tokens as the server tells them. */
import { readJson, request } from "../api/client";
import type { components } from "../api/schema";

type Schemas = components["schemas"];
export type Session = Schemas["SessionDocument"];
export type Role = Schemas["Role"];
export type Right = Schemas["Right"];
export type Token = Schemas["TokenDocument"];
export type NewToken = Schemas["NewTokenDocument"];
export type Account = Schemas["AccountDocument"];
export type AccountRequest = Schemas["AccountRequest"];
export type AccountChanges = Schemas["AccountChanges"];
export type AccountAction = Schemas["AccountActionDocument"];

const accountUrl = (name: string) => `/api/accounts/${encodeURIComponent(name)}`;

async function send(method: string, path: string, body?: unknown): Promise<Response> {
  if (body === undefined) return request(path, { method });
  return request(path, { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
}

export const getSession = (signal?: AbortSignal) => readJson<Session>("/api/session", signal);

export async function signIn(credentials: { name: string; password: string }): Promise<Session> {
  return (await (await send("POST", "/api/session", credentials)).json()) as Session;
}

export async function signOut(everywhere: boolean): Promise<void> {
  await send("DELETE", everywhere ? "/api/session?everywhere=true" : "/api/session");
}

export async function changePassword(change: { current_password: string; new_password: string }): Promise<void> {
  await send("PUT", "/api/account/password", change);
}

export const listTokens = (signal?: AbortSignal) => readJson<Token[]>("/api/account/tokens", signal);

export async function createToken(wanted: { label: string; days: number | null }): Promise<NewToken> {
  return (await (await send("POST", "/api/account/tokens", wanted)).json()) as NewToken;
}

export async function revokeToken(id: string): Promise<void> {
  await send("DELETE", `/api/account/tokens/${encodeURIComponent(id)}`);
}

export const listAccounts = (signal?: AbortSignal) => readJson<Account[]>("/api/accounts", signal);

export async function createAccount(wanted: AccountRequest): Promise<void> {
  await send("POST", "/api/accounts", wanted);
}

export async function changeAccount({ name, changes }: { name: string; changes: AccountChanges }): Promise<void> {
  await send("PATCH", accountUrl(name), changes);
}

export async function resetPassword({ name, password }: { name: string; password: string }): Promise<void> {
  await send("PUT", `${accountUrl(name)}/password`, { password });
}

export const getAccountHistory = (name: string, signal?: AbortSignal) =>
  readJson<AccountAction[]>(`${accountUrl(name)}/history`, signal);
