import { Skeleton } from "@mantine/core";

import { useMay } from "../accounts/useSession";
import { Footer } from "../frame/Footer";
import { Header } from "../frame/Header";
import page from "../frame/page.module.css";
import { Problem } from "../frame/Problem";
import { useReferenceRanges } from "./differentialApi";
import { RangesForm } from "./RangesForm";
import classes from "./ranges.module.css";

/** What this laboratory takes for usual, and where it has the figures from. */
export default function ReferenceRangesPage() {
  const ranges = useReferenceRanges();
  const mayChange = useMay("administer");
  return (
    <>
      <Header title="Reference ranges" />
      <main className={`${page.page} ${classes.page}`}>
        <p className={page.lead}>
          Results are held against these ranges. A result is called high or low only where its whole 95&nbsp;% interval lies
          outside. They are meant for adults; a laboratory sets its own.
        </p>
        {ranges.error && (
          <Problem onRetry={ranges.refetch}>The ranges could not be loaded. {ranges.error.message}</Problem>
        )}
        {ranges.isPending && <Skeleton height={480} aria-label="The ranges are being loaded" />}
        {ranges.data && <RangesForm key={ranges.data.changed_utc ?? ""} ranges={ranges.data} mayChange={mayChange} />}
      </main>
      <Footer />
    </>
  );
}
