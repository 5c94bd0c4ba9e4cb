/** The pages to learn from. */
export const LESSONS = [
  { page: "atlas", href: "/atlas", words: "Atlas of cells" },
  { page: "quiz", href: "/quiz", words: "Quiz" },
] as const;
