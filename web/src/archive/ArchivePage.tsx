import { Alert, Button, Checkbox, Skeleton } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useCallback, useMemo, useState } from "react";

import { May } from "../accounts/May";
import { useSettings } from "../api/hooks";
import type { CaseDocument } from "../api/types";
import { formatCount } from "../cells/format";
import { Footer } from "../frame/Footer";
import { Header } from "../frame/Header";
import { Link } from "../frame/Link";
import page from "../frame/page.module.css";
import { Problem } from "../frame/Problem";
import type { Intake } from "../intake/usePictureIntake";
import { WindowDrop } from "../intake/WindowDrop";
import { useSearch } from "../routing";
import classes from "./archive.module.css";
import { ArchiveFilters } from "./ArchiveFilters";
import { archiveHref, isNarrowed, viewOf, type ArchiveView } from "./archiveView";
import { CaseEditor } from "./CaseEditor";
import { CaseList } from "./CaseList";
import type { CaseAction } from "./CaseRow";
import { SelectionBar } from "./SelectionBar";
import { useArchive } from "./useArchive";
import { useAnalysis, useDeleteCases, useRestoreCases } from "./useCaseChanges";
import { useSelection } from "./useSelection";

/** Every case that is kept: found again, put in order, deleted and had back. */
export default function ArchivePage({ intake }: { intake: Intake }) {
  const search = useSearch();
  const view = useMemo(() => viewOf(search), [search]);
  return (
    <>
      <Header>
        {!view.deleted && (
          <May right="review">
            <Button component={Link} href="/" variant="default" leftSection={<IconPlus size={17} stroke={1.8} />}>
              Add pictures
            </Button>
          </May>
        )}
      </Header>
      <main className={page.page}>
        <h1>{view.deleted ? "Recently deleted" : "Archive"}</h1>
        <ArchiveFilters view={view} />
        {intake.problem && (
          <Alert color="red" role="alert" mb="md" withCloseButton closeButtonLabel="Close" onClose={intake.clearProblem}>
            {intake.problem}
          </Alert>
        )}
        <Cases view={view} />
      </main>
      <Footer />
      <May right="review">
        <WindowDrop onFiles={intake.take} onDrop={intake.drop} />
      </May>
    </>
  );
}

function Cases({ view }: { view: ArchiveView }) {
  const archive = useArchive(view);
  const { cases, total, fetchNextPage, hasNextPage, isFetchingNextPage } = archive;
  const selection = useSelection(cases);
  const [edited, setEdited] = useState<CaseDocument | null>(null);
  const act = useActions(setEdited);
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);

  if (archive.isError && cases.length === 0) {
    return (
      <Problem className={classes.failed} onRetry={archive.refetch}>
        The archive could not be loaded. {archive.error.message}
      </Problem>
    );
  }
  if (total === undefined) return <Loading />;
  if (total === 0) return <Nothing view={view} />;
  const all = selection.chosen.length === cases.length;
  return (
    <>
      <div className={classes.summary}>
        <May right="review">
          <Checkbox
            size="sm"
            label={cases.length < total ? `Choose the ${formatCount(cases.length)} loaded` : "Choose all"}
            checked={all}
            indeterminate={selection.chosen.length > 0 && !all}
            onChange={(event) => selection.selectAll(event.currentTarget.checked)}
          />
        </May>
        <p role="status">
          {formatCount(total)} {total === 1 ? "case" : "cases"}
        </p>
      </div>
      {selection.chosen.length > 0 && (
        <SelectionBar chosen={selection.chosen} deleted={view.deleted} onClear={() => selection.selectAll(false)} />
      )}
      <CaseList
        cases={cases}
        total={total}
        deleted={view.deleted}
        selected={selection.selected}
        onSelect={selection.select}
        onAct={act}
        onMore={more}
      />
      {edited && <CaseEditor edited={edited} onClose={() => setEdited(null)} />}
    </>
  );
}

function useActions(onEdit: (one: CaseDocument) => void) {
  const removal = useDeleteCases();
  const restoring = useRestoreCases();
  const cancelling = useAnalysis("cancel");
  const retrying = useAnalysis("retry");
  const does: Record<CaseAction, (one: CaseDocument) => void> = {
    edit: onEdit,
    delete: ({ id }) => removal.mutate([id]),
    restore: ({ id }) => restoring.mutate([id]),
    cancel: ({ id }) => cancelling.mutate(id),
    retry: ({ id }) => retrying.mutate(id),
  };
  return (action: CaseAction, one: CaseDocument) => does[action](one);
}

function Loading() {
  return (
    <div aria-busy="true" aria-label="Loading the cases" className={classes.loading}>
      {[0, 1, 2, 3, 4, 5].map((row) => (
        <Skeleton key={row} height={76} />
      ))}
    </div>
  );
}

function Nothing({ view }: { view: ArchiveView }) {
  const hours = useSettings().data?.settings.find(({ name }) => name === "undo_h")?.value;
  if (view.deleted) {
    return (
      <p className={classes.nothing}>
        Nothing was deleted lately.{hours && ` A deleted case can be restored for ${Number(hours)} hours; then it is gone.`}
      </p>
    );
  }
  return isNarrowed(view) ? (
    <div className={classes.nothing}>
      <p>No case is like that.</p>
      <Button component={Link} href={archiveHref()} variant="default">
        Show all cases
      </Button>
    </div>
  ) : (
    <div className={classes.nothing}>
      <p>The archive is empty. Pictures and stacks that you bring in are kept here.</p>
      <Button component={Link} href="/">
        Add the first picture
      </Button>
    </div>
  );
}
