import { Button } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { useMemo } from "react";

import { ApiProblem } from "../api/client";
import { useCase, useFindings, useTaxonomy } from "../api/hooks";
import type { CaseDocument, Findings } from "../api/types";
import { classStyles, type ClassStyles } from "../cells/classStyles";
import { Footer } from "../frame/Footer";
import { Header } from "../frame/Header";
import { CellModelView } from "../models3d/CellModelView";
import { FieldModelView } from "../models3d/FieldModelView";
import { caseHref, goTo } from "../routing";
import { MessagePage } from "./MessagePage";
import classes from "./pages.module.css";

interface Props {
  id: string;
  /** Null for the whole field. */
  cellId: number | null;
}

/** A cell of a case, or all of them, in three dimensions. */
export default function ModelPage({ id, cellId }: Props) {
  const shownCase = useCase(id);
  const findings = useFindings(id, shownCase.data?.state === "done");
  const taxonomy = useTaxonomy(shownCase.data?.material ?? null);
  const styles = useMemo(() => classStyles(taxonomy.data ?? { key: "blood", name: "", classes: [] }), [taxonomy.data]);
  const problem = shownCase.error ?? findings.error ?? taxonomy.error;

  if (problem instanceof ApiProblem && problem.status === 404) {
    return <MessagePage title="This picture is gone">It was deleted, or made room for newer ones.</MessagePage>;
  }
  if (problem) return <MessagePage title="The model could not be opened">{problem.message}</MessagePage>;
  return (
    <div className={classes.caseFrame}>
      <Header title={shownCase.data?.name ?? "…"}>
        <Button
          variant="default"
          leftSection={<IconArrowLeft size={17} stroke={1.8} />}
          onClick={() => goTo(caseHref(id, cellId))}
        >
          Picture
        </Button>
      </Header>
      {shownCase.data && findings.data && taxonomy.data ? (
        <Shown shownCase={shownCase.data} cellId={cellId} findings={findings.data} styles={styles} />
      ) : (
        <main className={classes.layout} aria-busy="true" />
      )}
      <Footer />
    </div>
  );
}

interface ShownProps {
  shownCase: CaseDocument;
  cellId: number | null;
  findings: Findings;
  styles: ClassStyles;
}

function Shown({ shownCase, cellId, findings, styles }: ShownProps) {
  if (cellId === null) return <FieldModelView shownCase={shownCase} findings={findings} />;
  const cell = findings.cells.find((one) => one.id === cellId);
  if (!cell) return <main className={classes.message}>This picture has no cell {cellId}.</main>;
  return <CellModelView shownCase={shownCase} cell={cell} findings={findings} styles={styles} />;
}
