import { createTheme, type MantineColorsTuple } from "@mantine/core";

/** The one accent: petrol, far from every class colour's place on the picture and calm beside pink stain. */
const petrol: MantineColorsTuple = [
  "#e8f5f6",
  "#d3e9eb",
  "#a6d3d7",
  "#75bbc2",
  "#4ea7b0",
  "#359aa4",
  "#1f8b96",
  "#117681",
  "#08666f",
  "#00535b",
];

export const FONT = "'IBM Plex Sans Variable', system-ui, -apple-system, 'Segoe UI', sans-serif";

export const theme = createTheme({
  primaryColor: "petrol",
  // One shade for both themes: Mantine chooses the words on it once, and white on the sixth has a contrast of 4.0 only.
  primaryShade: 7,
  autoContrast: true,
  // Where black and white stand out equally (WCAG 2.2, contrast ratio): 1.05 / (l + 0.05) = (l + 0.05) / 0.05.
  luminanceThreshold: 0.18,
  colors: {
    petrol,
    dark: ["#d5dcde", "#aab5b8", "#8a969a", "#616e73", "#3c474b", "#2e373b", "#22292c", "#1a2023", "#14191b", "#0f1315"],
  },
  fontFamily: FONT,
  headings: { fontFamily: FONT, fontWeight: "600" },
  defaultRadius: 8,
  cursorType: "pointer",
  respectReducedMotion: true,
});
