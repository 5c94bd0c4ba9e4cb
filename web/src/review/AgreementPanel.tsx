import { Skeleton, UnstyledButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { styleOf, type ClassStyles } from "../cells/classStyles";
import { capitalised, formatCount, formatPercent } from "../cells/format";
import { disagreements } from "./disagreements";
import classes from "./review.module.css";
import { getAgreement } from "./reviewApi";
import type { Edit, ReviewerPair } from "./types";

interface Props {
  caseId: string;
  edits: readonly Edit[];
  styles: ClassStyles;
  /** Somebody who reads blind must not see what the others said. */
  blind: boolean;
  onGoTo: (cellId: number) => void;
}

/** How far each two reviewers agree, and where they do not. */
export function AgreementPanel({ caseId, edits, styles, blind, onGoTo }: Props) {
  const answered = edits.filter((edit) => edit.at_utc !== "").length;
  const agreement = useQuery({
    queryKey: ["agreement", caseId, answered, edits.filter((edit) => edit.undone).length],
    queryFn: ({ signal }) => getAgreement(caseId, signal),
    placeholderData: (before) => before,
    enabled: !blind,
  });
  if (blind) {
    return <p className={classes.none}>Hidden while you read blind. Choose another reading above to see who agrees with whom.</p>;
  }
  if (agreement.error) return <p className={classes.none}>{agreement.error.message}</p>;
  if (!agreement.data) return <Skeleton height={160} />;
  const { pairs } = agreement.data;
  return (
    <div className={classes.agreement}>
      {pairs.length === 0 && (
        <p className={classes.none}>
          Nothing to compare yet. Two reviewers must name or confirm the same cells, each under a name of their own.
        </p>
      )}
      {pairs.map((pair) => (
        <Pair key={`${pair.first} ${pair.second}`} pair={pair} edits={edits} styles={styles} onGoTo={onGoTo} />
      ))}
    </div>
  );
}

function Pair({ pair, edits, styles, onGoTo }: Pick<Props, "edits" | "styles" | "onGoTo"> & { pair: ReviewerPair }) {
  const differing = disagreements(edits, pair.first, pair.second);
  const name = (key: string) => styleOf(styles, key).name;
  return (
    <section>
      <h3>
        {pair.first} and {pair.second}
      </h3>
      <dl className={classes.figures}>
        <div>
          <dt>Cohen’s kappa</dt>
          <dd>
            {pair.kappa === null ? "–" : <b>{pair.kappa.toFixed(2)}</b>}
            {pair.low !== null && pair.high !== null && (
              <small>
                95 % interval {pair.low.toFixed(2)} to {pair.high.toFixed(2)}
              </small>
            )}
            {pair.kappa === null && <small>Both gave all cells one class: there is nothing to tell apart.</small>}
          </dd>
        </div>
        <div>
          <dt>Same class</dt>
          <dd>
            <b>{formatPercent(pair.observed)}</b> <small>by chance alone {formatPercent(pair.expected)}</small>
          </dd>
        </div>
        <div>
          <dt>Cells that both judged</dt>
          <dd>
            <b>{formatCount(pair.cells)}</b>
          </dd>
        </div>
      </dl>
      <Table pair={pair} styles={styles} />
      <h4>{differing.length === 0 ? "They differ on no cell." : `They differ on ${formatCount(differing.length)}`}</h4>
      <ul className={classes.differing}>
        {differing.map(({ cellId, first, second }) => (
          <li key={cellId}>
            <UnstyledButton onClick={() => onGoTo(cellId)}>
              <b>Cell {cellId}</b>
              <span>
                {pair.first}: {name(first)}
              </span>
              <span>
                {pair.second}: {name(second)}
              </span>
            </UnstyledButton>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Table({ pair, styles }: { pair: ReviewerPair; styles: ClassStyles }) {
  return (
    // A wide table scrolls sideways; who has no pointer moves it by the arrow keys.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={classes.scrolled} role="region" aria-label={`What ${pair.first} and ${pair.second} said`} tabIndex={0}>
      <table className={classes.said}>
        <caption>
          Rows: {pair.first}. Columns: {pair.second}.
        </caption>
        <thead>
          <tr>
            <td />
            {pair.classes.map((key) => (
              <th key={key} scope="col">
                <abbr title={styleOf(styles, key).name}>{styleOf(styles, key).short}</abbr>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {pair.table.map((row, i) => (
            <tr key={pair.classes[i]}>
              <th scope="row">{capitalised(styleOf(styles, pair.classes[i] ?? "").name)}</th>
              {row.map((count, j) => (
                <td key={pair.classes[j]} data-same={i === j || undefined} data-none={count === 0 || undefined}>
                  {count}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
