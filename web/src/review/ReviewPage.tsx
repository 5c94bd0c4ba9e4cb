import { Button } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { useMemo } from "react";

import { ApiProblem } from "../api/client";
import { useCase, useTaxonomy } from "../api/hooks";
import { classStyles } from "../cells/classStyles";
import { Footer } from "../frame/Footer";
import { Header } from "../frame/Header";
import { Link } from "../frame/Link";
import { CaseProgress } from "../pages/CaseProgress";
import { MessagePage } from "../pages/MessagePage";
import { caseHref } from "../routing";
import classes from "./review.module.css";
import { ReviewView } from "./ReviewView";
import { useReviewer } from "./useReviewer";
import { useMachineFindings, useReview } from "./useReview";

/** A picture's cells, to be corrected by a person. */
export default function ReviewPage({ id }: { id: string }) {
  const shownCase = useCase(id);
  const isReady = shownCase.data?.state === "done" && shownCase.data.kind === "smear";
  const taxonomy = useTaxonomy(shownCase.data?.material ?? null);
  const styles = useMemo(() => taxonomy.data && classStyles(taxonomy.data), [taxonomy.data]);
  const found = useMachineFindings(id, isReady);
  const reviewer = useReviewer();
  const shown = useReview(id, isReady, reviewer?.name ?? "");

  const { data, error } = shownCase;
  if (error instanceof ApiProblem && error.status === 404) {
    return <MessagePage title="This picture is gone">It was deleted, or made room for newer ones.</MessagePage>;
  }
  if (data?.kind === "volume") return <MessagePage title="Nothing to review">A stack has organs, not cells.</MessagePage>;
  if (data?.state === "failed") {
    return <MessagePage title="Nothing to review">{data.error?.message ?? "This picture could not be analysed."}</MessagePage>;
  }
  const problem = [error, taxonomy.error, found.error].find((one) => one)?.message ?? shown.problem;
  if (problem && !(data && found.data && shown.review)) {
    return <MessagePage title="The review could not be opened">{problem}</MessagePage>;
  }
  const ready = data && found.data && styles && reviewer && shown.review;
  return (
    <div className={classes.frame}>
      <Header title={data?.name ?? "…"}>
        <Button component={Link} href={caseHref(id)} variant="default" leftSection={<IconArrowLeft size={17} stroke={1.8} />}>
          Results
        </Button>
      </Header>
      {ready ? (
        <ReviewView shownCase={data} found={found.data} styles={styles} reviewer={reviewer} shown={{ ...shown, review: ready }} />
      ) : (
        <main className={classes.layout} aria-busy="true" aria-label="Loading">
          <div className={classes.stage}>{data && !isReady && <CaseProgress shownCase={data} problem={null} />}</div>
          <div className={classes.panel} />
        </main>
      )}
      <Footer />
    </div>
  );
}
