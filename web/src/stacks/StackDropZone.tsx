import { Button, Progress } from "@mantine/core";
import { IconFileZip, IconFolderOpen, IconStack2 } from "@tabler/icons-react";
import { lazy, Suspense, useRef, useState } from "react";

import type { ServerSettings } from "../api/types";
import { formatBytes } from "../cells/format";
import start from "../start/start.module.css";
import { Zone } from "../start/Zone";
import { chosenParts } from "./droppedParts";
import { AS_THE_FILES_SAY, type Told } from "./reading";
import classes from "./stacks.module.css";
import type { StackIntake } from "./useStackIntake";
import type { StackPart } from "./zipFiles";

interface Props {
  limits: ServerSettings | undefined;
  intake: StackIntake;
  parts: readonly StackPart[];
  onParts: (parts: StackPart[]) => void;
}

const ChosenStack = lazy(() => import("./ChosenStack"));
const NOTHING_TOLD: Told = { labels: null, names: null, reading: AS_THE_FILES_SAY };

/** The way in for stacks: a file or a folder, and a label map where there is one. */
export function StackDropZone({ limits, intake, parts, onParts }: Props) {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const [told, setTold] = useState(NOTHING_TOLD);
  const { sending } = intake;
  const choose = (chosen: FileList | null) => onParts(chosenParts(chosen ?? []));
  return (
    <Zone
      purpose="stacks"
      title="Drop a CT or MRI stack here"
      lead="A folder of DICOM files, a ZIP of one, NIfTI, NRRD, or a case of the UW-Madison set."
    >
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
          <Suspense fallback={<div className={classes.chosenSoon} aria-busy="true" />}>
            <ChosenStack
              parts={parts}
              told={told}
              onTell={setTold}
              onOpen={() => intake.send(parts, told)}
            />
          </Suspense>
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
    </Zone>
  );
}
