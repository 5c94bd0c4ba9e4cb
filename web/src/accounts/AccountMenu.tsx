import { ActionIcon } from "@mantine/core";
import { IconUserCircle } from "@tabler/icons-react";
import { lazy } from "react";

import { HeaderMenu } from "../frame/HeaderMenu";
import { useSession } from "./useSession";

const AccountItems = lazy(() => import("./AccountItems"));

/** Who is signed in, the way to the account, and out. Nothing on a server without accounts. */
export function AccountMenu() {
  const account = useSession().data?.account;
  if (!account) return null;
  return (
    <HeaderMenu
      position="bottom-end"
      width={220}
      button={
        <ActionIcon variant="subtle" color="gray" size={40} aria-label={`Account of ${account.full_name || account.name}`}>
          <IconUserCircle size={22} stroke={1.6} />
        </ActionIcon>
      }
    >
      <AccountItems account={account} />
    </HeaderMenu>
  );
}
