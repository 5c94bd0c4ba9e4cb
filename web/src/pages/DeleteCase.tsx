import { Button } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";

import { useMayDelete } from "../accounts/useSession";
import { useCase } from "../api/hooks";
import { useDeleteCases } from "../archive/useCaseChanges";
import { goTo } from "../routing";
import classes from "./pages.module.css";

/** Takes a case out of the archive. */
export function DeleteCase({ id, what }: { id: string; what: string }) {
  const removal = useDeleteCases();
  const mayDelete = useMayDelete();
  const shown = useCase(id).data;
  if (!shown || !mayDelete(shown)) return null;
  return (
    <div className={classes.deletion}>
      <Button
        variant="subtle"
        color="gray"
        size="compact-sm"
        leftSection={<IconTrash size={16} stroke={1.7} />}
        loading={removal.isPending}
        onClick={() => removal.mutate([id], { onSuccess: () => goTo("/") })}
      >
        Delete {what} and its results
      </Button>
    </div>
  );
}
