import { Alert, Button } from "@mantine/core";
import { IconAlertTriangle, IconCloudOff } from "@tabler/icons-react";

import type { EditQueue, QueueState } from "./EditQueue";

/** Whether the server has everything: what waits for it, and what it refused. */
export function QueueNotice({ queue, queued }: { queue: EditQueue; queued: QueueState }) {
  const { pending, waiting, refused } = queued;
  const many = pending.length;
  return (
    <>
      {waiting !== null && (
        <Alert role="alert" color="yellow" icon={<IconCloudOff size={18} />} title={`${many} ${many === 1 ? "change waits" : "changes wait"} to be saved`}>
          {waiting} They are kept in this window and sent as soon as it answers.{" "}
          <Button size="compact-sm" variant="default" onClick={queue.retry}>
            Try now
          </Button>
        </Alert>
      )}
      {refused !== null && (
        <Alert
          role="alert"
          color="red"
          icon={<IconAlertTriangle size={18} />}
          title="A change was taken back"
          withCloseButton
          closeButtonLabel="Close"
          onClose={queue.forgetRefusal}
        >
          {refused}
        </Alert>
      )}
    </>
  );
}
