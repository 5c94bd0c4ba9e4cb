import { Menu } from "@mantine/core";

import type { Route } from "../routing";
import { LESSONS } from "./lessons";
import { Link } from "./Link";

/** The pages to learn from. */
export default function LessonItems({ page }: { page: Route["page"] }) {
  return LESSONS.map((lesson) => (
    <Menu.Item
      key={lesson.page}
      component={Link}
      href={lesson.href}
      aria-current={lesson.page === page ? "page" : undefined}
    >
      {lesson.words}
    </Menu.Item>
  ));
}
