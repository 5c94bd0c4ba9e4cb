import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { lazy, useMemo } from "react";

import { May } from "../accounts/May";
import { ApiProblem } from "../api/client";
import { useCase, useFindings, useTaxonomy } from "../api/hooks";
import { classStyles } from "../cells/classStyles";
import { Footer } from "../frame/Footer";
import { Header } from "../frame/Header";
import type { Intake } from "../intake/usePictureIntake";
import { WindowDrop } from "../intake/WindowDrop";
import { goTo } from "../routing";
import { CaseView } from "./CaseView";
import { MessagePage } from "./MessagePage";
import classes from "./pages.module.css";

const StackCasePage = lazy(() => import("../stacks/StackCasePage"));

/** One picture or stack, and what was found in it. */
export default function CasePage({ id, cellId, intake }: { id: string; cellId: number | null; intake: Intake }) {
  const shownCase = useCase(id);
  const findings = useFindings(id, shownCase.data?.state === "done" && shownCase.data.kind !== "volume");
  const taxonomy = useTaxonomy(shownCase.data?.material ?? null);
  const styles = useMemo(() => classStyles(taxonomy.data ?? { key: "blood", name: "", classes: [] }), [taxonomy.data]);

  if (shownCase.error instanceof ApiProblem && shownCase.error.status === 404) {
    return <MessagePage title="This picture is gone">It was deleted, or made room for newer ones.</MessagePage>;
  }
  if (shownCase.error && !shownCase.data) {
    return <MessagePage title="The picture could not be opened">{shownCase.error.message}</MessagePage>;
  }
  if (shownCase.data?.kind === "volume") return <StackCasePage shownCase={shownCase.data} />;
  return (
    <div className={classes.caseFrame}>
      <Header title={shownCase.data?.name ?? "…"}>
        <May right="review">
          <Button variant="default" leftSection={<IconPlus size={17} stroke={1.8} />} onClick={() => goTo("/")}>
            New picture
          </Button>
        </May>
      </Header>
      {shownCase.data ? (
        <CaseView
          shownCase={shownCase.data}
          firstCellId={cellId}
          findings={taxonomy.data ? findings.data : undefined}
          problem={intake.problem ?? findings.error?.message ?? taxonomy.error?.message ?? null}
          styles={styles}
        />
      ) : (
        <main className={classes.layout} aria-busy="true">
          <div className={classes.stageColumn} />
          <div className={classes.panel} />
        </main>
      )}
      <Footer />
      <May right="review">
        <WindowDrop onFiles={intake.take} />
      </May>
    </div>
  );
}
