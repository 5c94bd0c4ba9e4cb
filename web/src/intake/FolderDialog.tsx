import { Button, Group, Modal, Radio, Stack } from "@mantine/core";
import { useState } from "react";

import { formatCount } from "../cells/format";
import { foldersOf, picturesOf, type FolderMeaning } from "./folders";
import PictureFields from "./PictureFields";
import type { Intake, Offer } from "./usePictureIntake";

const MEANINGS: { value: FolderMeaning; label: string }[] = [
  { value: "nothing", label: "Nothing" },
  { value: "tag", label: "A tag of its pictures" },
  { value: "specimen", label: "One smear: its pictures count together" },
];
const NAMES_SHOWN = 3;
const LEFT_OUT = {
  one: () => "One other file is no picture and is left out.",
  more: (files: number) => `${formatCount(files)} other files are no pictures and are left out.`,
};

/** Asks what the pictures of a folder have in common before they are uploaded. */
export default function FolderDialog({ offer, onAccept }: { offer: Offer; onAccept: Intake["accept"] }) {
  const [meaning, setMeaning] = useState<FolderMeaning>("nothing");
  const [said, setSaid] = useState(offer.said);
  const { pictures, others } = offer;
  const count = `${formatCount(pictures.length)} ${pictures.length === 1 ? "picture" : "pictures"}`;
  const folders = foldersOf(pictures);
  return (
    <Modal opened onClose={() => onAccept([])} title={`Upload ${count}`} closeButtonProps={{ "aria-label": "Close" }}>
      <Stack gap="md">
        {others > 0 && <p>{LEFT_OUT[others === 1 ? "one" : "more"](others)}</p>}
        <Radio.Group
          label="The name of each folder means"
          description={`${folders.slice(0, NAMES_SHOWN).join(", ")}${folders.length > NAMES_SHOWN ? ` and ${folders.length - NAMES_SHOWN} more` : ""}`}
          value={meaning}
          onChange={setMeaning}
        >
          <Stack gap="xs" mt="xs">
            {MEANINGS.map((one) => (
              <Radio key={one.value} {...one} />
            ))}
          </Stack>
        </Radio.Group>
        <PictureFields said={said} onChange={setSaid} withSpecimen={meaning !== "specimen"} />
        <Group justify="flex-end">
          <Button variant="default" onClick={() => onAccept([])}>
            Cancel
          </Button>
          <Button onClick={() => onAccept(picturesOf(pictures, meaning, said))}>Upload</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
