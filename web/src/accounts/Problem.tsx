import { Alert } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";

/** What went wrong, in a sentence; read out as it appears. */
export function Problem({ children }: { children: string }) {
  return (
    <Alert color="red" icon={<IconAlertCircle size={20} stroke={1.7} aria-hidden="true" />} role="alert">
      {children}
    </Alert>
  );
}
