import { Button, Group, Modal, Stack, TagsInput, TextInput } from "@mantine/core";
import { useState, type SyntheticEvent } from "react";

import type { CaseDocument } from "../api/types";
import { Problem } from "../frame/Problem";
import { useTags } from "./useArchive";
import { useChangeCases } from "./useCaseChanges";

const MOST_TAGS = 20;

/** What a person says of a case: its name, its tags, and where the picture comes from. */
export function CaseEditor({ edited, onClose }: { edited: CaseDocument; onClose: () => void }) {
  const [values, setValues] = useState({
    name: edited.name,
    tags: edited.tags,
    specimen: edited.specimen ?? "",
    subject: edited.subject ?? "",
    collected_on: edited.collected_on ?? "",
  });
  const change = useChangeCases();
  const tags = useTags().data?.map(({ tag }) => tag) ?? [];
  const set = (changed: Partial<typeof values>) => setValues((before) => ({ ...before, ...changed }));
  const save = (event: SyntheticEvent) => {
    event.preventDefault();
    change.mutate({ cases: [edited], changes: () => values }, { onSuccess: onClose });
  };
  return (
    <Modal opened onClose={onClose} title="Edit the case" closeButtonProps={{ "aria-label": "Close" }}>
      <form onSubmit={save}>
        <Stack gap="md">
          <TextInput
            label="Name"
            required
            maxLength={120}
            data-autofocus
            value={values.name}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
          <TagsInput
            label="Tags"
            description="Enter ends a tag."
            data={tags}
            maxTags={MOST_TAGS}
            value={values.tags}
            onChange={(chosen) => set({ tags: chosen.map((tag) => tag.slice(0, 40)) })}
          />
          {edited.kind === "smear" && (
            <>
              <TextInput
                label="Specimen"
                description="Pictures of one smear, under one name, count together."
                maxLength={64}
                value={values.specimen}
                onChange={(event) => set({ specimen: event.currentTarget.value })}
              />
              <TextInput
                label="Person"
                description="A pseudonym, never the name or number of a patient."
                maxLength={64}
                value={values.subject}
                onChange={(event) => set({ subject: event.currentTarget.value })}
              />
              <TextInput
                type="date"
                label="Taken on"
                value={values.collected_on}
                onChange={(event) => set({ collected_on: event.currentTarget.value })}
              />
            </>
          )}
          {change.error && <Problem>{change.error.message}</Problem>}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={change.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
