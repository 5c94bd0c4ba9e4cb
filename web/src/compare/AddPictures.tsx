import { Button, Skeleton, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { useState } from "react";

import { thumbnailUrl } from "../api/client";
import { describeCounts, formatAge } from "../cells/format";
import page from "../frame/page.module.css";
import { Problem } from "../frame/Problem";
import classes from "./compare.module.css";
import { useFoundPictures, useSetSpecimen } from "./specimenApi";

const PAUSE_MS = 250;

/** Finds pictures by name and counts them in with the smear. */
export function AddPictures({ specimen }: { specimen: string }) {
  const [words, setWords] = useState("");
  const [settled] = useDebouncedValue(words.trim(), PAUSE_MS);
  const found = useFoundPictures(settled);
  const change = useSetSpecimen();
  const others = found.data?.filter((picture) => picture.specimen !== specimen);
  return (
    <div className={classes.add}>
      <TextInput
        label="Find a picture by its name, person or smear"
        type="search"
        leftSection={<IconSearch size={16} stroke={1.8} />}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
      />
      {found.error && <Problem>{found.error.message}</Problem>}
      {change.error && <Problem>{change.error.message}</Problem>}
      {!others && !found.error && <Skeleton height={120} />}
      {others?.length === 0 && (
        <p className={page.note}>{settled ? "No other picture has this in its name." : "There are no other pictures."}</p>
      )}
      {others && others.length > 0 && (
        <ul className={classes.found} aria-label="Pictures that can be added">
          {others.map((picture) => (
            <li key={picture.id}>
              <img src={thumbnailUrl(picture.id)} alt="" loading="lazy" />
              <p>
                <b>{picture.name}</b>
                <small>
                  {picture.counts ? describeCounts(picture.counts) : "not analysed yet"} · {formatAge(picture.created_utc, new Date())}
                  {picture.specimen !== null && ` · now in ${picture.specimen}`}
                </small>
              </p>
              <Button
                variant="default"
                size="compact-md"
                leftSection={<IconPlus size={15} stroke={2} />}
                aria-label={`${picture.specimen === null ? "Add" : "Move here"}: ${picture.name}`}
                loading={change.isPending && change.variables.id === picture.id}
                onClick={() => change.mutate({ id: picture.id, specimen })}
              >
                {picture.specimen === null ? "Add" : "Move here"}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
