import { Button, Group, Modal, NativeSelect, PasswordInput, Skeleton, Stack, TextInput } from "@mantine/core";
import { useState, type ReactNode, type SyntheticEvent } from "react";

import { capitalised } from "../cells/format";
import { Problem } from "../frame/Problem";
import classes from "./accounts.module.css";
import { createAccount, resetPassword, type AccountRequest, type Role } from "./accountsApi";
import { formatMoment } from "./days";
import { PASSWORD_ADVICE, passwordProblem } from "./passwordRules";
import { describeAction, roleMay, ROLES } from "./roles";
import { useAccountChange, useAccountHistory } from "./useAccounts";

const CLOSE = { "aria-label": "Close" };
const NAME = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/;

/** Adds an account. */
export function NewAccountDialog({ onClose }: { onClose: () => void }) {
  const [wanted, setWanted] = useState<AccountRequest>({ name: "", full_name: "", role: "reviewer", password: "" });
  const creation = useAccountChange(createAccount);
  const set = (changed: Partial<AccountRequest>) => setWanted((before) => ({ ...before, ...changed }));
  const badName = wanted.name !== "" && !NAME.test(wanted.name);
  const ready = NAME.test(wanted.name) && passwordProblem(wanted.password, wanted.name) === null;
  return (
    <Modal opened onClose={onClose} title="Add an account" closeButtonProps={CLOSE}>
      <Form
        ready={ready}
        pending={creation.isPending}
        problem={creation.error?.message}
        action="Add the account"
        onCancel={onClose}
        onSubmit={() => creation.mutate(wanted, { onSuccess: onClose })}
      >
        <TextInput
          label="Name"
          description="For signing in, and in the history of cases. It stays."
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          data-autofocus
          maxLength={64}
          value={wanted.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
          error={badName ? "Letters a to z, digits and . _ - @, a letter or digit first." : null}
        />
        <TextInput
          label="Full name"
          autoComplete="off"
          maxLength={120}
          value={wanted.full_name}
          onChange={(event) => set({ full_name: event.currentTarget.value })}
        />
        <NativeSelect
          label="Role"
          description={capitalised(roleMay(wanted.role))}
          data={ROLES.map(({ value, label }) => ({ value, label }))}
          value={wanted.role}
          onChange={(event) => set({ role: event.currentTarget.value as Role })}
        />
        <NewPassword name={wanted.name} value={wanted.password} onChange={(password) => set({ password })} />
      </Form>
    </Modal>
  );
}

/** Gives an account another password. */
export function PasswordDialog({ name, onClose }: { name: string; onClose: () => void }) {
  const [password, setPassword] = useState("");
  const reset = useAccountChange(resetPassword);
  return (
    <Modal opened onClose={onClose} title={`A new password for ${name}`} closeButtonProps={CLOSE}>
      <Form
        ready={passwordProblem(password, name) === null}
        pending={reset.isPending}
        problem={reset.error?.message}
        action="Set the password"
        onCancel={onClose}
        onSubmit={() => reset.mutate({ name, password }, { onSuccess: onClose })}
      >
        <p className={classes.hint}>It ends all sessions of {name} and revokes all API tokens.</p>
        <NewPassword name={name} value={password} onChange={setPassword} />
      </Form>
    </Modal>
  );
}

/** What was done with an account. */
export function HistoryDialog({ name, onClose }: { name: string; onClose: () => void }) {
  const history = useAccountHistory(name);
  return (
    <Modal opened onClose={onClose} title={`History of ${name}`} closeButtonProps={CLOSE} size="lg">
      {history.isPending && <Skeleton height={120} />}
      {history.error && <Problem onRetry={history.refetch}>{history.error.message}</Problem>}
      {history.data && (
        <ol className={classes.history}>
          {history.data.map((line, index) => (
            <li key={`${line.at_utc} ${index}`}>
              <time dateTime={line.at_utc}>{formatMoment(line.at_utc)}</time>
              <span>{describeAction(line)}</span>
              <span>{line.actor}</span>
            </li>
          ))}
        </ol>
      )}
    </Modal>
  );
}

function NewPassword({ name, value, onChange }: { name: string; value: string; onChange: (typed: string) => void }) {
  return (
    <PasswordInput
      label="Password"
      description={`${PASSWORD_ADVICE} Tell it to the person, who should then change it.`}
      autoComplete="new-password"
      maxLength={256}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={value ? passwordProblem(value, name) : null}
      visibilityToggleButtonProps={{ "aria-label": "Show the password" }}
    />
  );
}

interface FormProps {
  ready: boolean;
  pending: boolean;
  problem: string | undefined;
  action: string;
  onSubmit: () => void;
  onCancel: () => void;
  children: ReactNode;
}

function Form({ ready, pending, problem, action, onSubmit, onCancel, children }: FormProps) {
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (ready) onSubmit();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {children}
        {problem && <Problem>{problem}</Problem>}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" disabled={!ready} loading={pending}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
