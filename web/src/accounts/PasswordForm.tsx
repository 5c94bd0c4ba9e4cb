import { Button, PasswordInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";

import { Problem } from "../frame/Problem";
import classes from "./accounts.module.css";
import { changePassword } from "./accountsApi";
import { PASSWORD_ADVICE, passwordProblem } from "./passwordRules";

const EMPTY = { current: "", wanted: "", again: "" };
const TOGGLE = { "aria-label": "Show the password" };

/** Changes one's own password. */
export function PasswordForm({ name }: { name: string }) {
  const [typed, setTyped] = useState(EMPTY);
  const change = useMutation({ mutationFn: changePassword, onSuccess: () => setTyped(EMPTY) });
  const set = (changed: Partial<typeof EMPTY>) => {
    change.reset();
    setTyped((before) => ({ ...before, ...changed }));
  };
  const weakness = typed.wanted ? passwordProblem(typed.wanted, name) : null;
  const differs = typed.again !== "" && typed.again !== typed.wanted;
  const ready = typed.current !== "" && typed.wanted !== "" && typed.again === typed.wanted && weakness === null;
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (ready) change.mutate({ current_password: typed.current, new_password: typed.wanted });
  };
  return (
    <form className={classes.form} onSubmit={submit}>
      <input type="text" name="username" autoComplete="username" value={name} readOnly hidden />
      <PasswordInput
        label="Current password"
        autoComplete="current-password"
        maxLength={256}
        value={typed.current}
        onChange={(event) => set({ current: event.currentTarget.value })}
        visibilityToggleButtonProps={TOGGLE}
      />
      <PasswordInput
        label="New password"
        description={PASSWORD_ADVICE}
        autoComplete="new-password"
        maxLength={256}
        value={typed.wanted}
        onChange={(event) => set({ wanted: event.currentTarget.value })}
        error={weakness}
        visibilityToggleButtonProps={TOGGLE}
      />
      <PasswordInput
        label="New password again"
        autoComplete="new-password"
        maxLength={256}
        value={typed.again}
        onChange={(event) => set({ again: event.currentTarget.value })}
        error={differs ? "The two are not the same yet." : null}
        visibilityToggleButtonProps={TOGGLE}
      />
      {change.error && <Problem>{change.error.message}</Problem>}
      <div className={classes.after}>
        <Button type="submit" disabled={!ready} loading={change.isPending}>
          Change the password
        </Button>
        <span role="status">{change.isSuccess && "Changed. All other sessions have ended."}</span>
      </div>
    </form>
  );
}
