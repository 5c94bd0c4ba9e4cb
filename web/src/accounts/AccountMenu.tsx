import { ActionIcon, Menu } from "@mantine/core";
import { IconLogout, IconUserCircle, IconUserCog, IconUsers } from "@tabler/icons-react";

import { Link } from "../frame/Link";
import classes from "./accounts.module.css";
import { useMay, useSession, useSignOut } from "./useSession";

/** Who is signed in, the way to the account, and out. Nothing on a server without accounts. */
export function AccountMenu() {
  const account = useSession().data?.account;
  const administers = useMay("administer");
  const signOut = useSignOut();
  if (!account) return null;
  const shown = account.full_name || account.name;
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={40} aria-label={`Account of ${shown}`}>
          <IconUserCircle size={22} stroke={1.6} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={classes.who}>
          <strong>{shown}</strong>
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
      </Menu.Dropdown>
    </Menu>
  );
}
