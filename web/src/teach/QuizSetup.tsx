import { Button, SegmentedControl, Skeleton } from "@mantine/core";
import { useId, useState } from "react";

import { Link } from "../frame/Link";
import page from "../frame/page.module.css";
import { Problem } from "../frame/Problem";
import { goTo } from "../routing";
import { ALL_CHOICES, anySeed, COUNTS, FOUR_CHOICES, quizHref, TIMES_S } from "./quizAddress";
import { useQuizSets, type QuizSet } from "./quizApi";
import { lastQuiz } from "./quizKept";
import classes from "./quiz.module.css";
import teach from "./teach.module.css";

/** What to be asked, and how. */
export function QuizSetup() {
  const sets = useQuizSets();
  const [chosen, choose] = useState<string | null>(null);
  const [count, setCount] = useState<number>(COUNTS[0]);
  const [choices, setChoices] = useState(FOUR_CHOICES);
  const [seconds, setSeconds] = useState<number>(TIMES_S[0]);
  const set = chosen ?? sets.data?.[0]?.key ?? null;
  const last = lastQuiz();
  const start = () => {
    if (set) goTo(quizHref({ set, count, seed: anySeed(), asOf: new Date().toISOString(), choices, seconds }));
  };
  return (
    <>
      <h1>Quiz</h1>
      <p className={page.lead}>
        Name cells of your archive. What people said of them counts as right first, then what the machine is sure of.
      </p>
      {last && (
        <p className={classes.goOn}>
          <Link href={last}>Go on with your last quiz</Link>
        </p>
      )}
      {sets.error && (
        <Problem className={teach.failed} onRetry={sets.refetch}>
          The quizzes could not be loaded. {sets.error.message}
        </Problem>
      )}
      {sets.isPending && <Skeleton height={220} radius={12} mt={20} />}
      {sets.data && (
        <form
          className={classes.setup}
          onSubmit={(event) => {
            event.preventDefault();
            start();
          }}
        >
          <SetChoice sets={sets.data} chosen={set} onChoose={choose} />
          <Choice label="Questions" value={count} onChange={setCount} options={COUNTS.map((n) => [n, String(n)])} />
          <Choice
            label="Choose from"
            value={choices}
            onChange={setChoices}
            options={[
              [FOUR_CHOICES, "Four classes"],
              [ALL_CHOICES, "All classes"],
            ]}
          />
          <Choice
            label="Time for each"
            value={seconds}
            onChange={setSeconds}
            options={TIMES_S.map((s) => [s, s === 0 ? "No limit" : `${s} s`])}
          />
          <Button type="submit" size="md">
            Start
          </Button>
        </form>
      )}
    </>
  );
}

function SetChoice({ sets, chosen, onChoose }: { sets: readonly QuizSet[]; chosen: string | null; onChoose: (key: string) => void }) {
  const group = useId();
  return (
    <fieldset className={classes.sets}>
      <legend>What to tell apart</legend>
      {sets.map((set) => (
        <label key={set.key}>
          <input type="radio" name={group} className="visually-hidden" checked={set.key === chosen} onChange={() => onChoose(set.key)} />
          <b>{set.name}</b>
          <span>{set.about}</span>
        </label>
      ))}
    </fieldset>
  );
}

interface ChoiceProps {
  label: string;
  value: number;
  onChange: (value: number) => void;
  options: [number, string][];
}

function Choice({ label, value, onChange, options }: ChoiceProps) {
  const id = useId();
  return (
    <div className={classes.choice}>
      <span id={id}>{label}</span>
      <SegmentedControl
        aria-labelledby={id}
        value={String(value)}
        onChange={(text) => onChange(Number(text))}
        data={options.map(([number, words]) => ({ value: String(number), label: words }))}
      />
    </div>
  );
}
