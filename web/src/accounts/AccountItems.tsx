import { Menu } from "@mantine/core";
import { IconLogout, IconUserCog, IconUsers } from "@tabler/icons-react";

import { Link } from "../frame/Link";
import classes from "./accounts.module.css";
import type { Session } from "./accountsApi";
import { useMay, useSignOut } from "./useSession";

/** Who is signed in, the ways to accounts, and out. */
export default function AccountItems({ account }: { account: NonNullable<Session["account"]> }) {
  const administers = useMay("administer");
  const signOut = useSignOut();
  return (
    <>
      <div className={classes.who}>
        <strong>{account.full_name || account.name}</strong>
        <span>{account.full_name ? `${account.name} · ${account.role}` : account.role}</span>
      </div>
      <Menu.Divider />
      <Menu.Item component={Link} href="/account" leftSection={<IconUserCog size={18} stroke={1.6} />}>
        Account
      </Menu.Item>
      {administers && (
        <Menu.Item component={Link} href="/accounts" leftSection={<IconUsers size={18} stroke={1.6} />}>
          Accounts
        </Menu.Item>
      )}
      <Menu.Item
        leftSection={<IconLogout size={18} stroke={1.6} />}
        closeMenuOnClick={false}
        onClick={() => signOut.mutate(false)}
      >
        Sign out
      </Menu.Item>
      {signOut.error && (
        <p className={classes.menuProblem} role="alert">
          {signOut.error.message}
        </p>
      )}
    </>
  );
}
