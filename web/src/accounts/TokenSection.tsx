import { Button, CopyButton, NativeSelect, Skeleton, TextInput } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";

import { Problem } from "../frame/Problem";
import classes from "./accounts.module.css";
import * as api from "./accountsApi";
import { formatDay } from "./days";

const TOKENS = ["tokens"] as const;
const LIFETIMES = [
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "365", label: "a year" },
  { value: "", label: "no end" },
];

/** One's API tokens: made, shown once, and revoked. */
export function TokenSection() {
  const client = useQueryClient();
  const tokens = useQuery({ queryKey: TOKENS, queryFn: ({ signal }) => api.listTokens(signal) });
  const refresh = () => client.invalidateQueries({ queryKey: TOKENS });
  const [made, setMade] = useState<api.NewToken>();
  const creation = useMutation({
    mutationFn: api.createToken,
    onSuccess: (created) => {
      setMade(created);
      return refresh();
    },
  });
  const revocation = useMutation({
    mutationFn: api.revokeToken,
    onSuccess: (_nothing, id) => {
      if (made?.token.id === id) setMade(undefined);
      return refresh();
    },
  });
  const problem = creation.error ?? revocation.error;
  return (
    <>
      <p className={classes.hint}>
        A script acts in your name with a token in place of your password. It sends the header{" "}
        <code>Authorization: Bearer TOKEN</code>. A token manages neither accounts nor other tokens.
      </p>
      <TokenForm pending={creation.isPending} onWant={(wanted) => creation.mutate(wanted)} />
      {problem && <Problem>{problem.message}</Problem>}
      {made && <MadeToken made={made} />}
      {tokens.isPending && <Skeleton height={64} />}
      {tokens.error && <Problem onRetry={tokens.refetch}>{tokens.error.message}</Problem>}
      {tokens.data?.length === 0 && <p className={classes.none}>You have no API token.</p>}
      {tokens.data && tokens.data.length > 0 && (
        <ul className={classes.rows} aria-label="Your API tokens">
          {tokens.data.map((token) => (
            <TokenRow
              key={token.id}
              token={token}
              busy={revocation.isPending && revocation.variables === token.id}
              onRevoke={() => revocation.mutate(token.id)}
            />
          ))}
        </ul>
      )}
    </>
  );
}

function TokenForm({ pending, onWant }: { pending: boolean; onWant: (wanted: { label: string; days: number | null }) => void }) {
  const [label, setLabel] = useState("");
  const [days, setDays] = useState("90");
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    onWant({ label, days: days === "" ? null : Number(days) });
    setLabel("");
  };
  return (
    <form className={classes.inline} onSubmit={submit}>
      <TextInput
        label="What the token is for"
        placeholder="night run on the cluster"
        required
        withAsterisk={false}
        maxLength={80}
        value={label}
        onChange={(event) => setLabel(event.currentTarget.value)}
      />
      <NativeSelect
        label="Valid for"
        data={LIFETIMES}
        value={days}
        onChange={(event) => setDays(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" loading={pending} disabled={label.trim() === ""}>
        Make a token
      </Button>
    </form>
  );
}

function MadeToken({ made }: { made: api.NewToken }) {
  return (
    <div className={classes.note} role="status">
      <p>
        The token for <strong>{made.token.label}</strong>. Copy it now: it is shown this once.
      </p>
      <div className={classes.secret}>
        <code>{made.secret}</code>
        <CopyButton value={made.secret} timeout={4000}>
          {({ copied, copy }) => (
            <Button
              size="compact-sm"
              variant="default"
              onClick={copy}
              leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
            >
              {copied ? "Copied" : "Copy"}
            </Button>
          )}
        </CopyButton>
      </div>
    </div>
  );
}

function TokenRow({ token, busy, onRevoke }: { token: api.Token; busy: boolean; onRevoke: () => void }) {
  const ended = token.expires_utc !== null && new Date(token.expires_utc) < new Date();
  return (
    <li>
      <div>
        <strong>{token.label}</strong>
        <span>
          {token.used_utc ? `Last used ${formatDay(token.used_utc)}` : "Never used"} ·{" "}
          {token.expires_utc === null ? "no end" : `${ended ? "ended" : "ends"} ${formatDay(token.expires_utc)}`}
        </span>
      </div>
      <Button
        variant="subtle"
        color="red"
        size="compact-sm"
        loading={busy}
        onClick={onRevoke}
        aria-label={`Revoke the token for ${token.label}`}
      >
        Revoke
      </Button>
    </li>
  );
}
