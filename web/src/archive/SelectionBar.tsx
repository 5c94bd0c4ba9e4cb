import { Button, Menu, Popover, Stack, TagsInput } from "@mantine/core";
import { IconDownload, IconRestore, IconTag, IconTrash } from "@tabler/icons-react";
import { useState } from "react";

import type { CaseDocument } from "../api/types";
import { formatCount } from "../cells/format";
import classes from "./archive.module.css";
import { saveEach, withFile, type SavedFile } from "./saveEach";
import { useTags } from "./useArchive";
import { useChangeCases, useDeleteCases, useRestoreCases } from "./useCaseChanges";

interface Props {
  chosen: readonly CaseDocument[];
  deleted: boolean;
  onClear: () => void;
}

/** What can be done with several cases at once. */
export function SelectionBar({ chosen, deleted, onClear }: Props) {
  const removal = useDeleteCases();
  const restoring = useRestoreCases();
  const ids = chosen.map((one) => one.id);
  return (
    <div className={classes.selection} role="toolbar" aria-label="Chosen cases">
      <b role="status">{formatCount(chosen.length)} chosen</b>
      {deleted ? (
        <Button
          size="compact-md"
          variant="default"
          leftSection={<IconRestore size={16} stroke={1.7} />}
          loading={restoring.isPending}
          onClick={() => restoring.mutate(ids, { onSuccess: onClear })}
        >
          Restore
        </Button>
      ) : (
        <>
          <AddTags chosen={chosen} />
          <SaveFiles chosen={chosen} />
          <Button
            size="compact-md"
            variant="default"
            leftSection={<IconTrash size={16} stroke={1.7} />}
            loading={removal.isPending}
            onClick={() => removal.mutate(ids, { onSuccess: onClear })}
          >
            Delete
          </Button>
        </>
      )}
      <Button size="compact-md" variant="subtle" color="gray" onClick={onClear}>
        Choose none
      </Button>
    </div>
  );
}

const FILES: { file: SavedFile; words: string }[] = [
  { file: "report.pdf", words: "Reports (PDF)" },
  { file: "cells.csv", words: "Cells (CSV)" },
  { file: "findings.json", words: "Findings (JSON)" },
];

function SaveFiles({ chosen }: { chosen: readonly CaseDocument[] }) {
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button size="compact-md" variant="default" leftSection={<IconDownload size={16} stroke={1.7} />}>
          Download
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {FILES.map(({ file, words }) => (
          <Menu.Item key={file} disabled={withFile(chosen, file).length === 0} onClick={() => void saveEach(chosen, file)}>
            {words} of {formatCount(withFile(chosen, file).length)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function AddTags({ chosen }: { chosen: readonly CaseDocument[] }) {
  const [open, setOpen] = useState(false);
  const [added, setAdded] = useState<string[]>([]);
  const known = useTags().data?.map(({ tag }) => tag) ?? [];
  const change = useChangeCases();
  const save = () =>
    change.mutate(
      { cases: chosen, changes: (before) => ({ tags: [...before.tags, ...added.map((tag) => tag.slice(0, 40))] }) },
      {
        onSuccess: () => {
          setOpen(false);
          setAdded([]);
        },
      },
    );
  return (
    <Popover opened={open} onChange={setOpen} trapFocus withRoles={false} width={300}>
      <Popover.Target>
        <Button
          size="compact-md"
          variant="default"
          aria-expanded={open}
          leftSection={<IconTag size={16} stroke={1.7} />}
          onClick={() => setOpen(!open)}
        >
          Add tags
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm">
          <TagsInput label="Tags to add" description="Enter ends a tag." data={known} value={added} onChange={setAdded} comboboxProps={{ withinPortal: false }} />
          <Button loading={change.isPending} disabled={added.length === 0} onClick={save}>
            Add to {formatCount(chosen.length)} {chosen.length === 1 ? "case" : "cases"}
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
