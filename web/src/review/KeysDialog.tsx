import { Modal, Switch } from "@mantine/core";

import { KeyList } from "../frame/KeyList";
import { KEY_HELP } from "./reviewKeys";

interface Props {
  opened: boolean;
  single: boolean;
  onSingle: (single: boolean) => void;
  onClose: () => void;
}

/** The list of keys. Single letters can be switched off: voice input and some hands press them unawares. */
export function KeysDialog({ opened, single, onSingle, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title="Keys" closeButtonProps={{ "aria-label": "Close" }} size="lg">
      <KeyList keys={KEY_HELP} />
      <Switch
        mt="md"
        label="Single letters act as keys"
        checked={single}
        onChange={(event) => onSingle(event.currentTarget.checked)}
      />
    </Modal>
  );
}
