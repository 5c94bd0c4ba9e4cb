import { ActionIcon, Skeleton } from "@mantine/core";
import { IconStack2, IconTrash } from "@tabler/icons-react";

import { useMayDelete } from "../accounts/useSession";
import { RECENT_CASES, thumbnailUrl } from "../api/client";
import type { CaseDocument } from "../api/types";
import { describeCounts, formatAge } from "../cells/format";
import { Link } from "../frame/Link";
import { caseHref } from "../routing";
import classes from "./start.module.css";

interface Props {
  cases: CaseDocument[] | undefined;
  failed: boolean;
  onDelete: (id: string) => void;
}

/** What was looked at before. */
export function RecentCases({ cases, failed, onDelete }: Props) {
  const mayDelete = useMayDelete();
  return (
    <section className={classes.recent} aria-labelledby="recent-title">
      <div className={classes.recentTop}>
        <h2 id="recent-title">Recent pictures</h2>
        <Link href="/archive">All in the archive</Link>
      </div>
      {failed && <p className={classes.none}>The list could not be loaded: the server does not answer.</p>}
      {!cases && !failed && <Skeleton height={190} />}
      {cases?.length === 0 && <p className={classes.none}>None yet. The sample smear is a good first one.</p>}
      {cases && cases.length > 0 && (
        <ul className={classes.cards}>
          {cases.slice(0, RECENT_CASES).map((shown) => (
            <CaseCard key={shown.id} shown={shown} onDelete={mayDelete(shown) ? () => onDelete(shown.id) : null} />
          ))}
        </ul>
      )}
    </section>
  );
}

function CaseCard({ shown, onDelete }: { shown: CaseDocument; onDelete: (() => void) | null }) {
  return (
    <li className={classes.card}>
      <Link href={caseHref(shown.id)}>
        {hasThumbnail(shown) ? (
          <img src={thumbnailUrl(shown.id)} alt="" loading="lazy" data-slice={shown.kind === "volume" || undefined} />
        ) : (
          <span className={classes.noThumbnail} aria-hidden="true">
            <IconStack2 size={40} stroke={1.2} />
          </span>
        )}
        <strong>{shown.name}</strong>
        <span>{describeState(shown)}</span>
        <time dateTime={shown.created_utc}>{formatAge(shown.created_utc, new Date())}</time>
      </Link>
      {onDelete && (
        <ActionIcon
          className={classes.remove}
          variant="transparent"
          size={36}
          aria-label={`Delete ${shown.name}`}
          onClick={onDelete}
        >
          <IconTrash size={17} stroke={1.7} />
        </ActionIcon>
      )}
    </li>
  );
}

/** A stack's picture is a slice of it, which is there when it was read. */
const hasThumbnail = (shown: CaseDocument) => shown.kind !== "volume" || shown.state === "done";

function describeState(shown: CaseDocument): string {
  switch (shown.state) {
    case "queued":
      return "Waiting";
    case "running":
      return `Analysing, ${Math.round(100 * shown.progress)} %`;
    case "failed":
      return "Could not be analysed";
    case "done":
      if (shown.kind === "volume") return "Stack of slices";
      return shown.counts ? describeCounts(shown.counts) : "Done";
  }
}
