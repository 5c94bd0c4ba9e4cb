import { Button, CopyButton } from "@mantine/core";
import { IconCheck, IconLink } from "@tabler/icons-react";

import { capitalised, formatPercent } from "../cells/format";
import { Link } from "../frame/Link";
import page from "../frame/page.module.css";
import { atlasHref } from "./atlasAddress";
import { questionUrl, type Quiz } from "./quizApi";
import { quizHref, type QuizAddress } from "./quizAddress";
import { mistakes, score, type Progress } from "./quizProgress";
import classes from "./quiz.module.css";
import teach from "./teach.module.css";

interface Props {
  address: QuizAddress;
  quiz: Quiz;
  progress: Progress;
  onRepeat: () => void;
  onRepeatWrong: (() => void) | null;
}

/** How it went: what was mistaken for what, and each cell once more. */
export function QuizResult({ address, quiz, progress, onRepeat, onRepeatWrong }: Props) {
  const right = score(progress);
  const of = progress.solutions.length;
  return (
    <>
      <h1>
        {right} of {of} right
      </h1>
      <p className={page.lead}>
        {quiz.set.name}: {formatPercent(of === 0 ? 0 : right / of)}.
      </p>
      <div className={classes.again}>
        {onRepeatWrong && <Button onClick={onRepeatWrong}>Repeat the wrong ones</Button>}
        <Button variant={onRepeatWrong ? "default" : "filled"} component={Link} href="/quiz">
          New quiz
        </Button>
        <Button variant="default" onClick={onRepeat}>
          The same again
        </Button>
        <CopyButton value={window.location.origin + quizHref(address)}>
          {({ copied, copy }) => (
            <Button variant="default" leftSection={copied ? <IconCheck size={17} /> : <IconLink size={17} />} onClick={copy}>
              {copied ? "Copied" : "Copy the link for a class"}
            </Button>
          )}
        </CopyButton>
      </div>
      <Mistakes quiz={quiz} progress={progress} />
      <h2>The cells</h2>
      <ul className={classes.cells}>
        {progress.solutions.map((solution) => (
          <li key={solution.id} data-right={solution.right}>
            <img src={questionUrl(address, solution.id, 160)} alt="" loading="lazy" />
            <b>{capitalised(classOf(quiz, solution.truth).name)}</b>
            <small>{solution.right ? "right" : answerWords(quiz, solution.chosen)}</small>
          </li>
        ))}
      </ul>
    </>
  );
}

const classOf = (quiz: Quiz, key: string) =>
  quiz.set.classes.find((one) => one.key === key) ?? { key, name: key, lesson: null };

const answerWords = (quiz: Quiz, chosen: string) => (chosen ? `you said ${classOf(quiz, chosen).name}` : "no answer in time");

function Mistakes({ quiz, progress }: Pick<Props, "quiz" | "progress">) {
  const found = mistakes(progress);
  if (found.length === 0) return null;
  return (
    <section aria-labelledby="mistakes">
      <h2 id="mistakes">Mistaken</h2>
      <div className={teach.tableHolder}>
        <table className={teach.table}>
          <thead>
            <tr>
              <th scope="col">It was</th>
              <th scope="col">You said</th>
              <th scope="col">Times</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {found.map(({ truth, chosen, times }) => {
              const [was, said] = [classOf(quiz, truth), classOf(quiz, chosen)];
              return (
                <tr key={`${truth} ${chosen}`}>
                  <td>{capitalised(was.name)}</td>
                  <td>{chosen ? capitalised(said.name) : "Nothing in time"}</td>
                  <td>{times}</td>
                  <td>
                    {was.lesson && (
                      <Link href={atlasHref({ cell: was.lesson, beside: said.lesson })}>
                        {said.lesson ? "Compare them" : "Look at it"}
                        <span className="visually-hidden">
                          : {was.name} {said.lesson && `and ${said.name}`}
                        </span>
                      </Link>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}
