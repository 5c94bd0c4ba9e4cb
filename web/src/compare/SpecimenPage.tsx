import { Skeleton } from "@mantine/core";
import { useMemo } from "react";

import { May } from "../accounts/May";
import { ApiProblem } from "../api/client";
import { useTaxonomy } from "../api/hooks";
import type { SpecimenCount } from "../api/types";
import { classStyles } from "../cells/classStyles";
import { dayOf, formatDay } from "./trendPlot";
import { CountProgress } from "../differential/CountProgress";
import { DifferentialTable } from "../differential/DifferentialTable";
import { FlagList } from "../differential/FlagList";
import { FurtherFigures } from "../differential/FurtherFigures";
import { tableGroups } from "../differential/tableLines";
import { Footer } from "../frame/Footer";
import { Header } from "../frame/Header";
import { Link } from "../frame/Link";
import page from "../frame/page.module.css";
import { Problem } from "../frame/Problem";
import { QualityWarnings } from "../panels/QualityWarnings";
import { subjectHref } from "../routing";
import { AddPictures } from "./AddPictures";
import { AgreementNote } from "./AgreementNote";
import classes from "./compare.module.css";
import { LeftOut } from "./LeftOut";
import { PictureColumns } from "./PictureColumns";
import { SmearReport } from "./SmearReport";
import { useSpecimenCount } from "./specimenApi";

/** Several pictures of one smear as one count. */
export default function SpecimenPage({ specimen }: { specimen: string }) {
  const count = useSpecimenCount(specimen);
  const isEmpty = count.error instanceof ApiProblem && count.error.status === 404;
  return (
    <>
      <Header title={specimen} />
      <main className={`${page.page} ${classes.page}`}>
        {count.error && !isEmpty && (
          <Problem onRetry={count.refetch}>The pictures could not be counted together. {count.error.message}</Problem>
        )}
        {isEmpty && <p className={page.lead}>No picture is said to show this smear. Add one, and its cells count here.</p>}
        {count.isPending && <Skeleton height={420} aria-label="The pictures are being counted" />}
        {count.data && !isEmpty && <Counted count={count.data} />}
        <May right="review">
          <section className={page.card} aria-labelledby="add-title">
            <h2 id="add-title">Add a picture</h2>
            <AddPictures specimen={specimen} />
          </section>
        </May>
      </main>
      <Footer />
    </>
  );
}

function Counted({ count }: { count: SpecimenCount }) {
  const taxonomy = useTaxonomy(count.material);
  const styles = useMemo(() => classStyles(taxonomy.data ?? { key: count.material, name: "", classes: [] }), [taxonomy.data, count.material]);
  const found = count.differential;
  return (
    <>
      <Lead count={count} />
      <QualityWarnings warnings={count.warnings} />
      {found ? (
        <div className={classes.together}>
          <div className={classes.beside}>
            <section className={page.card} aria-labelledby="together-title">
              <h2 id="together-title">All pictures together</h2>
              <DifferentialTable groups={tableGroups(found)} styles={styles} />
            </section>
            <SmearReport count={count} />
          </div>
          <div className={classes.beside}>
            <section className={page.card} aria-labelledby="progress-title">
              <h2 id="progress-title">Progress</h2>
              <CountProgress found={found} />
              <AgreementNote agreement={count.agreement} />
              <FurtherFigures found={found} />
            </section>
            {found.flags.length > 0 && (
              <div className={page.card}>
                <FlagList flags={found.flags} />
              </div>
            )}
          </div>
        </div>
      ) : (
        <p className={page.lead}>None of the pictures has been analysed yet.</p>
      )}
      <section className={page.card} aria-labelledby="pictures-title">
        <h2 id="pictures-title">Picture by picture</h2>
        {found && <PictureColumns count={count} together={found} styles={styles} />}
        <LeftOut pictures={count.pictures} />
      </section>
    </>
  );
}

/** Of whom and when, as far as the pictures say. */
function Lead({ count }: { count: SpecimenCount }) {
  const subjects = [...new Set(count.pictures.flatMap((p) => p.subject ?? []))];
  const dates = [...new Set(count.pictures.flatMap((p) => p.collected_on ?? []))].sort();
  return (
    <p className={page.lead}>
      {count.material === "marrow" ? "Bone marrow" : "Blood smear"}
      {dates.map((date) => ` · ${formatDay(dayOf(date))}`)}
      {subjects.map((subject) => (
        <span key={subject}>
          {" · "}
          <Link href={subjectHref(subject)}>{subject} over time</Link>
        </span>
      ))}
    </p>
  );
}
