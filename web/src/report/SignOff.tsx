import { Button, Checkbox, Textarea, TextInput } from "@mantine/core";
import { IconSignature } from "@tabler/icons-react";
import { useState, type SyntheticEvent } from "react";

import { Problem } from "../frame/Problem";
import classes from "./report.module.css";
import { useSign } from "./reportApi";

interface Props {
  id: string;
  /** Who is signed in: only they sign, under this name. Null on a server without accounts. */
  account: string | null;
}

const [LONGEST_NAME, LONGEST_COMMENT] = [120, 4000];

/** Where a person takes responsibility for a result. */
export function SignOff({ id, account }: Props) {
  const signing = useSign(id);
  const [typed, setTyped] = useState("");
  const [comment, setComment] = useState("");
  const [reviewed, setReviewed] = useState(false);
  const [tried, setTried] = useState(false);
  const name = (account ?? typed).trim();
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (!name || !reviewed) return;
    signing.mutate(
      { name, comment: comment.trim() },
      {
        onSuccess: () => {
          setComment("");
          setReviewed(false);
          setTried(false);
        },
      },
    );
  };
  return (
    <form className={classes.signOff} onSubmit={submit} noValidate aria-labelledby="sign-title">
      <h2 id="sign-title">Sign off</h2>
      <TextInput
        label="Name"
        required
        maxLength={LONGEST_NAME}
        autoComplete="name"
        readOnly={account !== null}
        value={account ?? typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        error={tried && !name ? "Type your name." : undefined}
      />
      <Textarea
        label="Comment"
        description="Stands in the report. No names or numbers of patients."
        autosize
        minRows={2}
        maxRows={8}
        maxLength={LONGEST_COMMENT}
        value={comment}
        onChange={(event) => setComment(event.currentTarget.value)}
      />
      <Checkbox
        label="I have reviewed this result"
        checked={reviewed}
        onChange={(event) => setReviewed(event.currentTarget.checked)}
        error={tried && !reviewed ? "Tick this once you have." : undefined}
      />
      <Button type="submit" leftSection={<IconSignature size={18} stroke={1.7} />} loading={signing.isPending}>
        Sign
      </Button>
      {signing.error && <Problem>{signing.error.message}</Problem>}
      <p className="visually-hidden" role="status">
        {signing.isSuccess && "Signed."}
      </p>
    </form>
  );
}
