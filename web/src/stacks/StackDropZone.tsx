import { Button, FileButton, Progress, Select } from "@mantine/core";
import { IconFileZip, IconFolderOpen, IconStack2, IconX } from "@tabler/icons-react";
import { useRef, useState } from "react";

import type { ServerSettings } from "../api/types";
import { formatBytes } from "../cells/format";
import start from "../start/start.module.css";
import { PurposeSwitch } from "../start/PurposeSwitch";
import { chosenParts, nameOfParts } from "./droppedParts";
import { AS_THE_FILES_SAY, mayLackSpacing, spacingMm } from "./reading";
import { ReadingFields } from "./ReadingFields";
import classes from "./stacks.module.css";
import type { StackIntake } from "./useStackIntake";
import type { StackPart } from "./zipFiles";

interface Props {
  limits: ServerSettings | undefined;
  intake: StackIntake;
  parts: readonly StackPart[];
  onParts: (parts: StackPart[]) => void;
}

const LABEL_TYPES = ".nii,.nii.gz,.gz,.nrrd,.dcm,.zip,.csv";
const TABLES = [
  { value: "totalsegmentator_ct", label: "TotalSegmentator, CT" },
  { value: "totalsegmentator_mr", label: "TotalSegmentator, MR" },
  { value: "amos", label: "AMOS" },
];

/** The way in for stacks: a file or a folder, and a label map where there is one. */
export function StackDropZone({ limits, intake, parts, onParts }: Props) {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const [labels, setLabels] = useState<File | null>(null);
  const [names, setNames] = useState<string | null>(null);
  const [reading, setReading] = useState(AS_THE_FILES_SAY);
  const { sending } = intake;
  const bytes = parts.reduce((sum, part) => sum + part.file.size, 0);
  const choose = (chosen: FileList | null) => onParts(chosenParts(chosen ?? []));
  return (
    <section className={start.zone} aria-labelledby="drop-title">
      <PurposeSwitch purpose="stacks" />
      <h1 id="drop-title">Drop a CT or MRI stack here</h1>
      <p className={start.lead}>A folder of DICOM files, a ZIP of one, NIfTI, NRRD, or a case of the UW-Madison set.</p>
      <div className={start.ways}>
        <Button
          size="md"
          leftSection={<IconFolderOpen size={19} stroke={1.7} />}
          disabled={sending !== null}
          onClick={() => folder.current?.click()}
        >
          Choose a folder
        </Button>
        <Button
          size="md"
          variant="default"
          leftSection={<IconFileZip size={19} stroke={1.7} />}
          disabled={sending !== null}
          onClick={() => files.current?.click()}
        >
          Choose a file
        </Button>
        <Button
          size="md"
          variant="default"
          leftSection={<IconStack2 size={19} stroke={1.7} />}
          disabled={sending !== null}
          onClick={intake.openSample}
        >
          Try the sample stack
        </Button>
      </div>
      <input
        ref={folder}
        type="file"
        // @ts-expect-error -- every browser knows it, React's types do not
        webkitdirectory=""
        hidden
        aria-label="Folder of slices"
        data-testid="folder"
        onChange={(event) => choose(event.target.files)}
      />
      <input
        ref={files}
        type="file"
        multiple
        hidden
        aria-label="Stack"
        data-testid="stack"
        onChange={(event) => choose(event.target.files)}
      />
      {parts.length > 0 && !sending && (
        <div className={classes.chosen}>
          <p>
            <b>{nameOfParts(parts)}</b> {parts.length > 1 ? `${parts.length} files, ` : ""}
            {formatBytes(bytes)}
          </p>
          <div className={classes.labelChoice}>
            <FileButton onChange={setLabels} accept={LABEL_TYPES}>
              {(props) => (
                <Button {...props} size="compact-md" variant="default">
                  {labels ? labels.name : "Add a label map"}
                </Button>
              )}
            </FileButton>
            {labels && (
              <>
                <Select
                  size="xs"
                  aria-label="What its labels are called"
                  placeholder="Names from the file"
                  clearable
                  data={TABLES}
                  value={names}
                  onChange={setNames}
                />
                <Button size="compact-sm" variant="subtle" color="gray" aria-label="Without the label map" onClick={() => setLabels(null)}>
                  <IconX size={16} />
                </Button>
              </>
            )}
            <Button
              disabled={spacingMm(reading.spacing) === "incomplete"}
              onClick={() => intake.send(parts, labels && { file: labels, names }, reading)}
            >
              Open the stack
            </Button>
          </div>
          <ReadingFields reading={reading} withSpacing={mayLackSpacing(parts)} onChange={setReading} />
          <p className={classes.hint}>
            {labels
              ? "Its organs are measured and shown; no model draws any."
              : "Without a label map, models outline stomach, small bowel and large bowel."}
          </p>
        </div>
      )}
      {sending ? (
        <div className={start.sending} role="status">
          <span>{sending.step}</span>
          <Progress value={100 * sending.share} size={6} aria-label={sending.step} />
        </div>
      ) : (
        <p className={start.limits}>
          {limits ? `Up to ${formatBytes(limits.stack_limit_bytes)}. ` : ""}It stays on this server. Names and numbers of patients are not
          shown; the upload itself is kept as it came.
        </p>
      )}
    </section>
  );
}
