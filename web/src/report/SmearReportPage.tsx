import { Button } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { useRef } from "react";

import { ApiProblem } from "../api/client";
import { smearReportUrl, useSmearReport, useSpecimenCount } from "../compare/specimenApi";
import { Footer } from "../frame/Footer";
import { Header } from "../frame/Header";
import { Link } from "../frame/Link";
import page from "../frame/page.module.css";
import { MessagePage } from "../pages/MessagePage";
import { DownloadList } from "../panels/DownloadList";
import { reportHref, specimenHref } from "../routing";
import classes from "./report.module.css";
import { reportFiles } from "./reportFiles";
import { ReportPreview } from "./ReportPreview";

/** The report of a smear that several pictures show. */
export default function SmearReportPage({ specimen }: { specimen: string }) {
  const report = useSmearReport(specimen);
  const frame = useRef<HTMLIFrameElement>(null);
  if (report.error instanceof ApiProblem && report.error.status === 404) {
    return <MessagePage title="No picture is said to show this smear">Its pictures were deleted, or given another key.</MessagePage>;
  }
  return (
    <>
      <Header title={specimen}>
        <Button component={Link} href={specimenHref(specimen)} variant="default" leftSection={<IconArrowLeft size={17} stroke={1.8} />}>
          Pictures
        </Button>
      </Header>
      <main className={`${page.page} ${classes.page}`}>
        {!report.error && (
          <div className={classes.before}>
            <DownloadList files={reportFiles(specimen, (file) => smearReportUrl(specimen, file))} />
          </div>
        )}
        <ReportPreview report={report} name={specimen} frame={frame} />
        {!report.error && <Signing specimen={specimen} />}
      </main>
      <Footer />
    </>
  );
}

/** Where each picture is signed: a count of several is not. */
function Signing({ specimen }: { specimen: string }) {
  const pictures = useSpecimenCount(specimen).data?.pictures.filter((picture) => picture.use === "counted") ?? [];
  return (
    <aside className={classes.side} aria-label="Signatures">
      <section aria-labelledby="signatures-title">
        <h2 id="signatures-title">Signatures</h2>
        <p className={page.note}>Signatures belong to single pictures. Each is signed on its own report:</p>
        <ol className={classes.signedAlone}>
          {pictures.map((picture) => (
            <li key={picture.case_id}>
              <Link href={reportHref(picture.case_id)}>{picture.name}</Link>
            </li>
          ))}
        </ol>
      </section>
    </aside>
  );
}
