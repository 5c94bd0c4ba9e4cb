import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";

import type { CaseDocument } from "../api/types";
import { Footer } from "../frame/Footer";
import { Header } from "../frame/Header";
import pages from "../pages/pages.module.css";
import { goTo, startHref } from "../routing";
import { StackView } from "./StackView";

/** One stack and what was found in it. */
export default function StackCasePage({ shownCase }: { shownCase: CaseDocument }) {
  return (
    <div className={pages.caseFrame}>
      <Header title={shownCase.name}>
        <Button variant="default" leftSection={<IconPlus size={17} stroke={1.8} />} onClick={() => goTo(startHref("stacks"))}>
          New stack
        </Button>
      </Header>
      <StackView shownCase={shownCase} />
      <Footer />
    </div>
  );
}
