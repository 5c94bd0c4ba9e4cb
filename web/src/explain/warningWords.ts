/** What each warning means for the result, and what to do about it. The server's own message gives the figures. */

export interface WarningWords {
  title: string;
  /** What it means for the result. */
  meaning: string;
  /** What a person can do. */
  action: string;
}

const WORDS: Record<string, WarningWords> = {
  not_a_smear: {
    title: "Perhaps not a stained smear",
    meaning: "Nothing here can be relied on: the models have only learnt pictures of stained smears.",
    action: "Check that you chose the right picture.",
  },
  blurred: {
    title: "Out of focus",
    meaning: "Small cells may be missed. Granules and chromatin are smeared out, so types of white cell are mistaken more often.",
    action: "Focus on the rims of the red cells and take the picture again. If you cannot, check every white cell by eye.",
  },
  underexposed: {
    title: "Too dark",
    meaning: "Pale cells sink into the ground and may be missed. Nuclei look denser than they are.",
    action: "Use more light or a longer exposure, until the empty ground is nearly white.",
  },
  overexposed: {
    title: "Too bright",
    meaning: "Pale cells and pale cytoplasm are lost in white. A monocyte without its cytoplasm looks like a lymphocyte.",
    action: "Use less light or a shorter exposure.",
  },
  oversaturated: {
    title: "Colours too strong",
    meaning: "Parts of the colours are cut off. Granules are told apart by colour, so their types are less certain.",
    action: "Turn off colour enhancement in the camera and take the picture again.",
  },
  colourless: {
    title: "No colour",
    meaning: "White cells are told from red ones, and from each other, by the colours of the stain. Without them many are missed.",
    action: "Take the picture in colour, or upload the one that it was made from.",
  },
  few_cells: {
    title: "Few cells",
    meaning: "Percentages of so few cells say little: one cell more or less changes them much.",
    action: "Take a picture with more cells, or count several pictures of the smear together.",
  },
  scale_unknown: {
    title: "Size of a pixel unknown",
    meaning: "Cells are counted and named, but no size in micrometres is given. Names rest on an assumed size of cells.",
    action: "Upload the picture again with its micrometres per pixel.",
  },
  scale_uncertain: {
    title: "Size of a pixel uncertain",
    meaning: "Sizes in micrometres may be wrong by the same share, and areas by twice of it.",
    action: "Upload the picture again with its micrometres per pixel, or check those that you gave.",
  },
  missing_slices: {
    title: "Slices missing",
    meaning: "Organs are guessed where a slice is missing, and so is that part of their volume.",
    action: "Export the whole series and upload it again.",
  },
  uneven_slices: {
    title: "Slices unevenly far apart",
    meaning: "What is shown between the slices was interpolated. Volumes are right to about a slice at each end.",
    action: "Nothing, unless there is a series with even distances.",
  },
  single_slice: {
    title: "One slice only",
    meaning: "A volume of one slice is an area times an assumed thickness.",
    action: "Open a whole series for volumes and 3D.",
  },
  few_slices: {
    title: "Few or thick slices",
    meaning: "Parts of organs lie between the slices. Their volumes are rough figures.",
    action: "Use a series with thinner slices, where there is one.",
  },
  copied_slices: {
    title: "Slices there more than once",
    meaning: "One of each was used. Copies that differ would show only one of their versions.",
    action: "Check that the files are of one scan.",
  },
  unreadable_files: {
    title: "Files left out",
    meaning: "Some files could not be read. If they were slices, a part of the body is missing.",
    action: "Export the series again, uncompressed if you can.",
  },
  other_series: {
    title: "Several scans in one upload",
    meaning: "Only one was read: the one that a label map belongs to, else the largest.",
    action: "Choose another one below, where you want it.",
  },
  assumed_distance: {
    title: "Distance of slices assumed",
    meaning: "Volumes and heights are right only if the assumed distance is.",
    action: "Upload again with the true spacing, where you know it.",
  },
  assumed_order: {
    title: "Order and side assumed",
    meaning: "Head and foot, or left and right, may be the wrong way round.",
    action: "Do not read a side from this stack. Use DICOM or NIfTI files, which say where they lie.",
  },
  no_position: {
    title: "Place in the body unknown",
    meaning: "Left and right, and the head end, may be the wrong way round.",
    action: "Do not read a side from this stack before you have checked it against the scan.",
  },
  not_a_number: {
    title: "Voxels without a value",
    meaning: "They were set to the smallest value and look black.",
    action: "Nothing, if they lie outside the body. Otherwise export the scan again.",
  },
  modality_unknown: {
    title: "CT or MR not known",
    meaning: "Values may be shown and read in the wrong way, and outlines may be of little use.",
    action: "Say which it is when you upload.",
  },
  modality_guessed: {
    title: "Taken as CT",
    meaning: "The values look like those of a CT. If they are not, windows and outlines are wrong.",
    action: "Say which it is when you upload.",
  },
  modality_untrained: {
    title: "Not what the models were made for",
    meaning: "Outlines of organs and their volumes are of little use here.",
    action: "Import a label map made elsewhere, if you have one.",
  },
  demonstration_model: {
    title: "A model for demonstration",
    meaning: "Outlines show how the program works. They are not accurate enough to be measured by.",
    action: "Check each outline against the slices, or import a label map made elsewhere.",
  },
  not_axial: {
    title: "Not slices across the body",
    meaning: "The models have only seen axial slices. Do not rely on these outlines.",
    action: "Send the axial series.",
  },
  not_an_abdomen: {
    title: "Perhaps not an abdomen",
    meaning: "Hardly any slice looks as if it held stomach or bowel. What was outlined is probably wrong.",
    action: "Check that this is the right series.",
  },
  organ_cut: {
    title: "Organs cut by the stack",
    meaning: "Their volumes are those of the part that is shown, and so too small.",
    action: "Use a series that reaches further.",
  },
  labels_outside: {
    title: "Labels outside the stack",
    meaning: "What lies outside was left out and is in no volume.",
    action: "Check that the label map belongs to this scan.",
  },
  labels_resampled: {
    title: "Labels of another grid",
    meaning: "Outlines may be off by up to half a voxel of the label map. Volumes that this changed are named.",
    action: "Use a label map on the grid of the scan, where small organs matter.",
  },
  labels_found: {
    title: "Label map found in the upload",
    meaning: "The organs are those of that file. No model drew any.",
    action: "Choose another label map of the upload below, or none, if it is the wrong one.",
  },
  labels_alone: {
    title: "A label map without its scan",
    meaning: "Volumes and the 3D scene are those of the label map. The planes show no grey values.",
    action: "Upload the scan together with it, to see the organs on it.",
  },
  names_beside: {
    title: "Names from a file beside",
    meaning: "Organs are called what that file says.",
    action: "Check that it belongs to this label map.",
  },
  fractional_labels: {
    title: "Labels in fractions",
    meaning: "Borders were put where a voxel is half organ. Volumes can differ a little from the maker's own.",
    action: "Nothing.",
  },
  overlapping_labels: {
    title: "Organs drawn over each other",
    meaning: "Voxels drawn twice count to one organ only, so that the other's volume is smaller.",
    action: "Open the masks one by one for the volumes as they were drawn, or correct the drawing.",
  },
};

/** Words for a warning; none for one that this page does not know: the server's message then stands alone. */
export const wordsOf = (key: string): WarningWords | null => WORDS[key] ?? null;
