import { Button, Skeleton } from "@mantine/core";
import { IconUserPlus } from "@tabler/icons-react";
import { useState } from "react";

import { Footer } from "../frame/Footer";
import { Header } from "../frame/Header";
import page from "../frame/page.module.css";
import { Problem } from "../frame/Problem";
import { MessagePage } from "../pages/MessagePage";
import { AccountRow } from "./AccountRow";
import classes from "./accounts.module.css";
import type { Account } from "./accountsApi";
import { HistoryDialog, NewAccountDialog, PasswordDialog } from "./AccountDialogs";
import { ROLES } from "./roles";
import { useAccounts } from "./useAccounts";
import { useMay, useSession } from "./useSession";

type Dialog = { kind: "new" } | { kind: "password" | "history"; of: Account };

/** Everybody who may sign in. */
export default function AccountsPage() {
  const session = useSession().data;
  const may = useMay("administer") && session?.accounts === true;
  const accounts = useAccounts(may);
  const [dialog, setDialog] = useState<Dialog>();
  if (!may) {
    return (
      <MessagePage title={session?.accounts ? "For admins" : "No accounts here"}>
        {session?.accounts
          ? "Only an admin manages accounts."
          : "This server has no accounts: nobody needs to sign in."}
      </MessagePage>
    );
  }
  const close = () => setDialog(undefined);
  return (
    <>
      <Header />
      <main className={`${page.page} ${classes.page}`} data-wide>
        <div className={classes.head}>
          <h1>Accounts</h1>
          <Button leftSection={<IconUserPlus size={18} stroke={1.7} />} onClick={() => setDialog({ kind: "new" })}>
            Add an account
          </Button>
        </div>
        <dl className={classes.roles}>
          {ROLES.map(({ value, label, may: words }) => (
            <div key={value}>
              <dt>{label}</dt>
              <dd>{words}</dd>
            </div>
          ))}
        </dl>
        {accounts.isPending && <Skeleton height={160} />}
        {accounts.error && <Problem onRetry={accounts.refetch}>{accounts.error.message}</Problem>}
        {accounts.data && (
          <ul className={classes.accounts} aria-label="Accounts">
            {accounts.data.map((account) => (
              <AccountRow
                key={account.name}
                account={account}
                isMe={account.name === session.account?.name}
                onPassword={() => setDialog({ kind: "password", of: account })}
                onHistory={() => setDialog({ kind: "history", of: account })}
              />
            ))}
          </ul>
        )}
      </main>
      <Footer />
      {dialog?.kind === "new" && <NewAccountDialog onClose={close} />}
      {dialog?.kind === "password" && <PasswordDialog name={dialog.of.name} onClose={close} />}
      {dialog?.kind === "history" && <HistoryDialog name={dialog.of.name} onClose={close} />}
    </>
  );
}
