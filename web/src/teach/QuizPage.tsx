import { Button } from "@mantine/core";
import { IconBook2 } from "@tabler/icons-react";
import { useEffect, useMemo } from "react";

import { Footer } from "../frame/Footer";
import { Header } from "../frame/Header";
import { Link } from "../frame/Link";
import page from "../frame/page.module.css";
import { replaceAddress, useSearch } from "../routing";
import { quizHref, quizOf } from "./quizAddress";
import { QuizRun } from "./QuizRun";
import { QuizSetup } from "./QuizSetup";
import classes from "./teach.module.css";

/** Cells to be named, in play. */
export default function QuizPage() {
  const search = useSearch();
  const address = useMemo(() => quizOf(search, new Date()), [search]);
  const href = address && quizHref(address);
  useEffect(() => {
    // An address that was typed by hand has no time yet; with one it can be shared.
    if (href !== null && !search.includes("as_of=")) replaceAddress(href);
  }, [href, search]);
  return (
    <>
      <Header>
        <Button component={Link} href="/atlas" variant="default" leftSection={<IconBook2 size={17} stroke={1.8} />}>
          Atlas
        </Button>
      </Header>
      <main className={`${page.page} ${classes.page}`}>{address ? <QuizRun key={href} address={address} /> : <QuizSetup />}</main>
      <Footer />
    </>
  );
}
