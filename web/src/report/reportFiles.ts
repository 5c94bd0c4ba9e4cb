/** The forms in which a report is taken away. */
import type { Download } from "../panels/DownloadList";

export type ReportFile = "report.html" | "report.pdf" | "report.csv" | "report.json";

const FORMS: { file: ReportFile; label: string; hint: string }[] = [
  { file: "report.pdf", label: "PDF", hint: "the report, to print or to send" },
  { file: "report.html", label: "HTML", hint: "the report as one page" },
  { file: "report.csv", label: "CSV", hint: "the table, for a spreadsheet" },
  { file: "report.json", label: "JSON", hint: "everything in it, for programs" },
];

/**
 * The report in each form.
 *
 * @param stem What the files are called, before what they are.
 * @param urlOf Where a form is.
 */
export const reportFiles = (stem: string, urlOf: (file: ReportFile) => string): Download[] =>
  FORMS.map(({ file, label, hint }) => ({ url: urlOf(file), saveAs: `${stem}-${file}`, label, hint }));
