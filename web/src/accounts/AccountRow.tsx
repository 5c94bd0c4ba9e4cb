import { Button, NativeSelect } from "@mantine/core";

import { Problem } from "../frame/Problem";
import classes from "./accounts.module.css";
import { changeAccount, type Account, type AccountChanges, type Role } from "./accountsApi";
import { formatDay } from "./days";
import { ROLES } from "./roles";
import { useAccountChange } from "./useAccounts";

interface Props {
  account: Account;
  isMe: boolean;
  onPassword: () => void;
  onHistory: () => void;
}

/** One account: who it is, what it may do, and what can be done with it. */
export function AccountRow({ account, isMe, onPassword, onHistory }: Props) {
  const { name, full_name: fullName, role, disabled } = account;
  const change = useAccountChange(changeAccount);
  const alter = (changes: AccountChanges) => change.mutate({ name, changes });
  return (
    <li data-disabled={disabled || undefined}>
      <div className={classes.person}>
        <strong>
          {fullName || name}
          {isMe && <em> you</em>}
        </strong>
        <span>
          {fullName && `${name} · `}
          {disabled ? "may not sign in" : `since ${formatDay(account.created_utc)}`}
        </span>
      </div>
      <NativeSelect
        aria-label={`Role of ${name}`}
        data={ROLES.map(({ value, label }) => ({ value, label }))}
        value={role}
        disabled={change.isPending || disabled}
        onChange={(event) => alter({ role: event.currentTarget.value as Role })}
      />
      <div className={classes.deeds}>
        <Button variant="subtle" color="gray" size="compact-sm" onClick={onHistory} aria-label={`History of ${name}`}>
          History
        </Button>
        <Button variant="subtle" color="gray" size="compact-sm" onClick={onPassword} aria-label={`Set password of ${name}`}>
          Set password
        </Button>
        <Button
          variant="subtle"
          color={disabled ? "petrol" : "red"}
          size="compact-sm"
          loading={change.isPending}
          onClick={() => alter({ disabled: !disabled })}
          aria-label={disabled ? `Enable ${name}` : `Disable ${name}`}
        >
          {disabled ? "Enable" : "Disable"}
        </Button>
      </div>
      {change.error && <Problem>{change.error.message}</Problem>}
    </li>
  );
}
