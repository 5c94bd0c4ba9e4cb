import { ActionIcon, Badge, Checkbox, Progress } from "@mantine/core";
import { IconPencil, IconPlayerStop, IconRefresh, IconRestore, IconStack2, IconTrash, type Icon } from "@tabler/icons-react";

import { useMay, useMayDelete } from "../accounts/useSession";
import { thumbnailUrl } from "../api/client";
import type { CaseDocument } from "../api/types";
import { describeCounts, formatAge } from "../cells/format";
import { dayOf, formatDay } from "../compare/trendPlot";
import { Link } from "../frame/Link";
import { caseHref, specimenHref, subjectHref } from "../routing";
import classes from "./archive.module.css";
import { archiveHref } from "./archiveView";

export type CaseAction = "edit" | "delete" | "cancel" | "retry" | "restore";

interface Props {
  shown: CaseDocument;
  deleted: boolean;
  selected: boolean;
  onSelect: (selected: boolean, range: boolean) => void;
  onAct: (action: CaseAction, on: CaseDocument) => void;
}

/** One case: what it is, how far it is, and what can be done with it. */
export function CaseRow({ shown, deleted, selected, onSelect, onAct }: Props) {
  const reviews = useMay("review");
  const mayDelete = useMayDelete();
  const acts = reviews
    ? actionsOn(shown, deleted).filter(({ action }) => action !== "delete" || mayDelete(shown))
    : [];
  return (
    <div className={classes.row} data-selected={selected || undefined}>
      <span className={classes.pick}>
        {reviews && (
          <Checkbox
            size="sm"
            aria-label={`Select ${shown.name}`}
            checked={selected}
            onChange={(event) => onSelect(event.currentTarget.checked, (event.nativeEvent as MouseEvent).shiftKey)}
          />
        )}
      </span>
      <Thumbnail shown={shown} deleted={deleted} />
      <div className={classes.about}>
        {deleted ? (
          <strong className={classes.name}>{shown.name}</strong>
        ) : (
          <Link href={caseHref(shown.id)} className={classes.name}>
            {shown.name}
          </Link>
        )}
        <State shown={shown} />
        <Marks shown={shown} />
      </div>
      <time className={classes.when} dateTime={shown.created_utc}>
        {formatAge(shown.created_utc, new Date())}
      </time>
      <div className={classes.acts}>
        {acts.map(({ action, words, Sign }) => (
          <ActionIcon
            key={action}
            variant="subtle"
            color="gray"
            size={36}
            aria-label={`${words} ${shown.name}`}
            title={words}
            onClick={() => onAct(action, shown)}
          >
            <Sign size={18} stroke={1.7} />
          </ActionIcon>
        ))}
      </div>
    </div>
  );
}

function actionsOn(shown: CaseDocument, deleted: boolean): { action: CaseAction; words: string; Sign: Icon }[] {
  if (deleted) return [{ action: "restore", words: "Restore", Sign: IconRestore }];
  const working = shown.state === "queued" || shown.state === "running";
  return [
    ...(working ? [{ action: "cancel" as const, words: "Stop the analysis of", Sign: IconPlayerStop }] : []),
    ...(shown.state === "failed" ? [{ action: "retry" as const, words: "Analyse again:", Sign: IconRefresh }] : []),
    { action: "edit", words: "Edit", Sign: IconPencil },
    { action: "delete", words: "Delete", Sign: IconTrash },
  ];
}

/** A stack's picture is a slice of it, which is there when it was read; of deleted cases none is given out. */
function Thumbnail({ shown, deleted }: { shown: CaseDocument; deleted: boolean }) {
  if (deleted || (shown.kind === "volume" && shown.state !== "done")) {
    return (
      <span className={classes.thumbnail} aria-hidden="true">
        {shown.kind === "volume" && <IconStack2 size={26} stroke={1.3} />}
      </span>
    );
  }
  return (
    <img
      className={classes.thumbnail}
      src={thumbnailUrl(shown.id)}
      alt=""
      loading="lazy"
      decoding="async"
      data-slice={shown.kind === "volume" || undefined}
    />
  );
}

function State({ shown }: { shown: CaseDocument }) {
  switch (shown.state) {
    case "queued":
      return <span className={classes.state}>Waiting for its turn</span>;
    case "running":
      return (
        <span className={classes.state}>
          <Progress value={100 * shown.progress} size={6} w={90} aria-label={`Analysis of ${shown.name}`} />
          {shown.step}
        </span>
      );
    case "failed":
      return (
        <span className={classes.state} data-failed>
          {shown.error?.message ?? "Could not be analysed"}
        </span>
      );
    case "done":
      return <span className={classes.state}>{shown.counts ? describeCounts(shown.counts) : "Stack of slices"}</span>;
  }
}

/** Material, person, specimen, date and tags: each leads to what it has in common with other cases. */
function Marks({ shown }: { shown: CaseDocument }) {
  return (
    <span className={classes.marks}>
      {shown.material === "marrow" && <span>Bone marrow</span>}
      {shown.specimen && <Link href={specimenHref(shown.specimen)}>Specimen {shown.specimen}</Link>}
      {shown.subject && <Link href={subjectHref(shown.subject)}>Person {shown.subject}</Link>}
      {shown.collected_on && <span>Taken on {formatDay(dayOf(shown.collected_on))}</span>}
      {shown.tags.map((tag) => (
        <Badge
          key={tag}
          component={Link}
          href={archiveHref({ tags: [tag] })}
          className={classes.tag}
          variant="default"
          tt="none"
          fw={500}
        >
          {tag}
        </Badge>
      ))}
    </span>
  );
}
