import { Button, CloseButton } from "@mantine/core";

import classes from "./archive.module.css";
import { showNotice, useNotice } from "./notices";
import { useRestoreCases } from "./useCaseChanges";

/** Says what was just done, and undoes it. It stays until it is closed: nobody is hurried. */
export function NoticeBar() {
  const notice = useNotice();
  const restoring = useRestoreCases();
  return (
    <div className={classes.noticePlace} role={notice?.tone === "problem" ? "alert" : "status"}>
      {notice && (
        <div className={classes.notice} data-tone={notice.tone}>
          <p>{notice.words}</p>
          {notice.restorable.length > 0 && (
            <Button
              size="compact-md"
              variant="white"
              color="dark"
              loading={restoring.isPending}
              onClick={() => restoring.mutate(notice.restorable)}
            >
              Undo
            </Button>
          )}
          <CloseButton variant="transparent" c="inherit" aria-label="Close" onClick={() => showNotice(null)} />
        </div>
      )}
    </div>
  );
}
