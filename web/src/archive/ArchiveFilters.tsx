import { Button, MultiSelect, SegmentedControl, TextInput } from "@mantine/core";
import { IconArrowLeft, IconSearch, IconTrash } from "@tabler/icons-react";
import { useEffect, useEffectEvent, useState } from "react";

import { goTo, replaceAddress } from "../routing";
import classes from "./archive.module.css";
import { archiveHref, type ArchiveView } from "./archiveView";
import { useTags } from "./useArchive";

const PAUSE_MS = 250;
const ANY = "any";
const KINDS = [
  { value: ANY, label: "All" },
  { value: "smear", label: "Smears" },
  { value: "volume", label: "Stacks" },
];

/** Which cases are shown. Each choice is an address of its own. */
export function ArchiveFilters({ view }: { view: ArchiveView }) {
  const tags = useTags();
  const known = tags.data?.map(({ tag, cases }) => ({ value: tag, label: `${tag} (${cases})` })) ?? [];
  const chosen = view.tags.filter((tag) => !known.some(({ value }) => value === tag));
  if (view.deleted) {
    return (
      <div className={classes.filters}>
        <Button variant="default" leftSection={<IconArrowLeft size={17} stroke={1.7} />} onClick={() => goTo(archiveHref())}>
          Back to the archive
        </Button>
      </div>
    );
  }
  return (
    <div className={classes.filters} role="search" aria-label="Cases">
      <SearchField view={view} />
      <MultiSelect
        className={classes.tagFilter}
        aria-label="Tags"
        placeholder={view.tags.length > 0 ? "" : "Any tag"}
        data={[...known, ...chosen]}
        value={[...view.tags]}
        onChange={(wanted) => goTo(archiveHref({ ...view, tags: wanted }))}
        searchable
        nothingFoundMessage="No such tag"
        hidePickedOptions
      />
      <SegmentedControl
        aria-label="Kind of case"
        data={KINDS}
        value={view.kind ?? ANY}
        onChange={(kind) => goTo(archiveHref({ ...view, kind: kind === ANY ? null : (kind as ArchiveView["kind"]) }))}
      />
      <Button
        variant="subtle"
        color="gray"
        leftSection={<IconTrash size={17} stroke={1.7} />}
        onClick={() => goTo(archiveHref({ deleted: true }))}
      >
        Recently deleted
      </Button>
    </div>
  );
}

/** What is typed goes into the address after a pause, in place of what stood there. */
function SearchField({ view }: { view: ArchiveView }) {
  const [typed, setTyped] = useState(view.text);
  const [seen, setSeen] = useState(view.text);
  if (view.text !== seen) {
    // The address changed: by this field, or by a way back.
    setSeen(view.text);
    if (view.text !== typed.trim()) setTyped(view.text);
  }
  const search = useEffectEvent(() => {
    if (typed.trim() !== view.text) replaceAddress(archiveHref({ ...view, text: typed.trim() }));
  });
  useEffect(() => {
    const timer = setTimeout(search, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <TextInput
      type="search"
      className={classes.search}
      aria-label="Search for a name, person or specimen"
      placeholder="Name, person or specimen"
      leftSection={<IconSearch size={17} stroke={1.7} />}
      maxLength={200}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
    />
  );
}
