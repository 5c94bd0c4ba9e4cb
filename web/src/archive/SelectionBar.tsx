import { Button, Popover, Stack, TagsInput } from "@mantine/core";
import { IconRestore, IconTag, IconTrash } from "@tabler/icons-react";
import { useState } from "react";

import type { CaseDocument } from "../api/types";
import { formatCount } from "../cells/format";
import classes from "./archive.module.css";
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
