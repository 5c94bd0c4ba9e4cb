import { Button } from "@mantine/core";
import { IconAlertTriangle, IconArrowLeft, IconEyeCheck } from "@tabler/icons-react";
import { useMemo, useRef } from "react";

import { useSession } from "../accounts/useSession";
import { ApiProblem } from "../api/client";
import { useCase, useFindings } from "../api/hooks";
import type { CaseDocument } from "../api/types";
import { Footer } from "../frame/Footer";
import { Header } from "../frame/Header";
import { Link } from "../frame/Link";
import page from "../frame/page.module.css";
import { Problem } from "../frame/Problem";
import { MessagePage } from "../pages/MessagePage";
import pages from "../pages/pages.module.css";
import { DownloadList } from "../panels/DownloadList";
import { caseHref, reviewHref } from "../routing";
import classes from "./report.module.css";
import { reportUrl, useReportPage, useSignatures } from "./reportApi";
import { reportFiles } from "./reportFiles";
import { ReportPreview } from "./ReportPreview";
import { SignatureList } from "./SignatureList";
import { SignOff } from "./SignOff";
import { describeUnseen, unseenDoubts } from "./unseenDoubts";

/** The report of a case: what is handed over, and who answers for it. */
export default function ReportPage({ id }: { id: string }) {
  const shownCase = useCase(id);
  const { data, error } = shownCase;
  if (error instanceof ApiProblem && error.status === 404) {
    return <MessagePage title="This case is gone">It was deleted, or made room for newer ones.</MessagePage>;
  }
  if (error && !data) return <MessagePage title="The case could not be opened">{error.message}</MessagePage>;
  return (
    <>
      <Header title={data?.name ?? "…"}>
        <Button component={Link} href={caseHref(id)} variant="default" leftSection={<IconArrowLeft size={17} stroke={1.8} />}>
          {data?.kind === "volume" ? "Stack" : "Picture"}
        </Button>
      </Header>
      {data?.state === "done" ? <FinishedReport shownCase={data} /> : <NotYet shownCase={data} />}
      <Footer />
    </>
  );
}

function NotYet({ shownCase }: { shownCase: CaseDocument | undefined }) {
  if (!shownCase) return <main className={`${page.page} ${classes.page}`} aria-busy="true" />;
  return (
    <main className={pages.message}>
      <h1>There is no report yet</h1>
      <p>
        {shownCase.state === "failed"
          ? `The analysis failed: ${shownCase.error?.message ?? "nobody knows why."}`
          : "The analysis is still running. The report comes up here when it is done."}
      </p>
    </main>
  );
}

function FinishedReport({ shownCase }: { shownCase: CaseDocument }) {
  const { id, name } = shownCase;
  const report = useReportPage(id);
  const signatures = useSignatures(id);
  const paper = useRef<HTMLIFrameElement>(null);
  const leadToReport = () => {
    paper.current?.scrollIntoView();
    paper.current?.focus({ preventScroll: true });
  };
  const stem = name.replace(/(\.nii)?\.[^.]+$/, "");
  return (
    <main className={`${page.page} ${classes.page}`}>
      <div className={classes.before}>
        {shownCase.kind === "smear" && <UnseenDoubts id={id} />}
        <DownloadList files={reportFiles(stem, (file) => reportUrl(id, file))} />
      </div>
      <ReportPreview report={report} name={name} frame={paper} />
      <aside className={classes.side} aria-label="Sign-off">
        <MaySign id={id} onNewVersion={leadToReport} />
        <section aria-labelledby="signatures-title">
          <h2 id="signatures-title">Signatures</h2>
          {signatures.error && <Problem onRetry={signatures.refetch}>{signatures.error.message}</Problem>}
          {signatures.data && <SignatureList signatures={signatures.data} />}
        </section>
      </aside>
    </main>
  );
}

function MaySign({ id, onNewVersion }: { id: string; onNewVersion: () => void }) {
  const session = useSession().data;
  if (!session) return null;
  if (session.roles_may.includes("review")) {
    const account = session.account && (session.account.full_name || session.account.name);
    return <SignOff id={id} account={account} onNewVersion={onNewVersion} />;
  }
  return <p className={page.note}>Your account may read reports. A reviewer or an admin signs them.</p>;
}

/** A person signs for what they have seen. */
function UnseenDoubts({ id }: { id: string }) {
  const findings = useFindings(id, true);
  const unseen = useMemo(() => unseenDoubts(findings.data?.cells ?? []), [findings.data]);
  if (unseen === 0) return null;
  return (
    <section className={classes.unseen} aria-label="Before you sign">
      <IconAlertTriangle size={20} stroke={1.7} aria-hidden="true" />
      <div>
        <p>{describeUnseen(unseen)}</p>
        <Button component={Link} href={reviewHref(id)} variant="default" leftSection={<IconEyeCheck size={17} stroke={1.7} />}>
          Review them
        </Button>
      </div>
    </section>
  );
}
