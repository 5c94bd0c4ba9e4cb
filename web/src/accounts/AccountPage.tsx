import { Button } from "@mantine/core";

import { Footer } from "../frame/Footer";
import { Header } from "../frame/Header";
import page from "../frame/page.module.css";
import { Problem } from "../frame/Problem";
import { MessagePage } from "../pages/MessagePage";
import classes from "./accounts.module.css";
import { PasswordForm } from "./PasswordForm";
import { roleLabel, roleMay } from "./roles";
import { TokenSection } from "./TokenSection";
import { useSession, useSignOut } from "./useSession";

/** One's own account: password, API tokens, sessions. */
export default function AccountPage() {
  const account = useSession().data?.account;
  const signOut = useSignOut();
  if (!account) {
    return <MessagePage title="No accounts here">This server has no accounts: nobody needs to sign in.</MessagePage>;
  }
  return (
    <>
      <Header />
      <main className={`${page.page} ${classes.page}`}>
        <h1>Account</h1>
        <p className={classes.you}>
          <strong>{account.full_name || account.name}</strong>
          {account.full_name && <span>{account.name}</span>}
          <span>
            {roleLabel(account.role)}: {roleMay(account.role)}
          </span>
        </p>
        <section aria-labelledby="password-title">
          <h2 id="password-title">Password</h2>
          <PasswordForm name={account.name} />
        </section>
        <section aria-labelledby="tokens-title">
          <h2 id="tokens-title">API tokens</h2>
          <TokenSection />
        </section>
        <section aria-labelledby="sessions-title">
          <h2 id="sessions-title">Sessions</h2>
          <p className={classes.hint}>Signed in on another computer or phone? This ends all sessions, this one included.</p>
          <Button variant="default" loading={signOut.isPending} onClick={() => signOut.mutate(true)}>
            Sign out everywhere
          </Button>
          {signOut.error && <Problem>{signOut.error.message}</Problem>}
        </section>
      </main>
      <Footer />
    </>
  );
}
