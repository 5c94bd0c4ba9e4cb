import { Button, FileButton, Select } from "@mantine/core";
import { IconX } from "@tabler/icons-react";

import { formatBytes } from "../cells/format";
import { nameOfParts } from "./droppedParts";
import { mayHoldLabels, mayLackSpacing, spacingMm, type Told } from "./reading";
import { ReadingFields } from "./ReadingFields";
import classes from "./stacks.module.css";
import type { StackPart } from "./zipFiles";

interface Props {
  parts: readonly StackPart[];
  told: Told;
  onTell: (told: Told) => void;
  onOpen: () => void;
}

const LABEL_TYPES = ".nii,.nii.gz,.gz,.nrrd,.dcm,.zip,.csv";
const TABLES = [
  { value: "totalsegmentator_ct", label: "TotalSegmentator, CT" },
  { value: "totalsegmentator_mr", label: "TotalSegmentator, MR" },
  { value: "amos", label: "AMOS" },
];

/** What was chosen, what else can be told of it, and the button that opens it. */
export default function ChosenStack({ parts, told, onTell, onOpen }: Props) {
  const { labels, names, reading } = told;
  const bytes = parts.reduce((sum, part) => sum + part.file.size, 0);
  return (
    <>
      <p>
        <b>{nameOfParts(parts)}</b> {parts.length > 1 ? `${parts.length} files, ` : ""}
        {formatBytes(bytes)}
      </p>
      <div className={classes.labelChoice}>
        <FileButton onChange={(file) => onTell({ ...told, labels: file })} accept={LABEL_TYPES}>
          {(props) => (
            <Button {...props} size="compact-md" variant="default">
              {labels ? labels.name : "Add a label map"}
            </Button>
          )}
        </FileButton>
        {(labels ?? mayHoldLabels(parts)) && (
          <Select
            size="xs"
            aria-label="What its labels are called"
            placeholder="Names from the file"
            clearable
            data={TABLES}
            value={names}
            onChange={(key) => onTell({ ...told, names: key })}
          />
        )}
        {labels && (
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            aria-label="Without the label map"
            onClick={() => onTell({ ...told, labels: null })}
          >
            <IconX size={16} />
          </Button>
        )}
        <Button disabled={spacingMm(reading.spacing) === "incomplete"} onClick={onOpen}>
          Open the stack
        </Button>
      </div>
      <ReadingFields reading={reading} withSpacing={mayLackSpacing(parts)} onChange={(read) => onTell({ ...told, reading: read })} />
      <p className={classes.hint}>
        {labels
          ? "Its organs are measured and shown; no model draws any."
          : "A label map among the files is found and measured. Without one, models outline stomach, small bowel and large bowel."}
      </p>
    </>
  );
}
