import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useEffect, useRef, useState, type SyntheticEvent } from "react";

import { Footer } from "../frame/Footer";
import { Logo } from "../frame/Logo";
import { Problem } from "../frame/Problem";
import { ThemeMenu } from "../frame/ThemeMenu";
import classes from "./accounts.module.css";
import { useSignIn } from "./useSession";

/** Asks for name and password. */
export default function SignInPage({ isEmpty }: { isEmpty: boolean }) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const nameField = useRef<HTMLInputElement>(null);
  const signIn = useSignIn();
  useEffect(() => {
    document.title = "Sign in · Cytovox";
    nameField.current?.focus();
  }, []);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    signIn.mutate({ name, password }, { onError: () => setPassword("") });
  };
  return (
    <>
      <div className={classes.themeOfGate}>
        <ThemeMenu />
      </div>
      <main className={classes.gate}>
        <div className={classes.brand}>
          <Logo />
          <span>Cytovox</span>
        </div>
        <form className={classes.card} onSubmit={submit}>
          <h1>Sign in</h1>
          {isEmpty && <FirstAccount />}
          {signIn.error && <Problem>{signIn.error.message}</Problem>}
          <TextInput
            ref={nameField}
            label="Name"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
            withAsterisk={false}
            maxLength={200}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <PasswordInput
            label="Password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            maxLength={256}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            visibilityToggleButtonProps={{ "aria-label": "Show the password" }}
          />
          <Button type="submit" fullWidth loading={signIn.isPending}>
            Sign in
          </Button>
          {!isEmpty && <p className={classes.hint}>No account, or the password forgotten? Ask an admin of this server.</p>}
        </form>
      </main>
      <Footer />
    </>
  );
}

function FirstAccount() {
  return (
    <div className={classes.note}>
      <p>This server has no account yet. Make the first one on the server itself:</p>
      <pre>cytovox accounts add NAME --role admin</pre>
      <p>
        Add <code>--config FILE</code> where the server is started with one. Then reload this page.
      </p>
    </div>
  );
}
