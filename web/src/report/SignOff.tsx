import { Button, Checkbox, Textarea, TextInput } from "@mantine/core";
import { IconRefresh, IconSignature } from "@tabler/icons-react";
import { useState, type SyntheticEvent } from "react";

import { ApiProblem } from "../api/client";
import page from "../frame/page.module.css";
import { Problem } from "../frame/Problem";
import classes from "./report.module.css";
import { useNewVersion, useReportPage, useSign } from "./reportApi";

interface Props {
  id: string;
  /** Who is signed in: only they sign, under this name. Null on a server without accounts. */
  account: string | null;
  /** Called when the report on show is another one than before, and has to be read. */
  onNewVersion: () => void;
}

const [LONGEST_NAME, LONGEST_COMMENT] = [120, 4000];

const hasChanged = (error: Error) => error instanceof ApiProblem && error.code === "report_changed";

/** Where a person takes responsibility for a result. */
export function SignOff({ id, account, onNewVersion }: Props) {
  const signing = useSign(id);
  const newVersion = useNewVersion(id);
  const content = useReportPage(id).data?.content;
  const [typed, setTyped] = useState("");
  const [comment, setComment] = useState("");
  const [reviewed, setReviewed] = useState(false);
  const [tried, setTried] = useState(false);
  const name = (account ?? typed).trim();
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (!name || !reviewed || content === undefined) return;
    newVersion.reset();
    signing.mutate(
      { name, comment: comment.trim(), content },
      {
        onSuccess: () => {
          setComment("");
          setReviewed(false);
          setTried(false);
        },
      },
    );
  };
  const readNewVersion = () => {
    newVersion.mutate(undefined, {
      onSuccess: () => {
        // They have not reviewed this one yet.
        setReviewed(false);
        setTried(false);
        signing.reset();
        onNewVersion();
      },
    });
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
      <Button
        type="submit"
        leftSection={<IconSignature size={18} stroke={1.7} />}
        loading={signing.isPending}
        disabled={content === undefined}
      >
        Sign
      </Button>
      {signing.error && (
        <Problem>
          {signing.error.message}
          {hasChanged(signing.error) && (
            <Button
              variant="default"
              leftSection={<IconRefresh size={17} stroke={1.7} />}
              loading={newVersion.isPending}
              onClick={readNewVersion}
            >
              Read the new version
            </Button>
          )}
        </Problem>
      )}
      <p className={newVersion.isSuccess ? page.note : "visually-hidden"} role="status">
        {newVersion.isSuccess && "The new version is on show. Read it, tick the box, and sign."}
        {signing.isSuccess && "Signed."}
      </p>
    </form>
  );
}
