import { IconInfoCircle } from "@tabler/icons-react";
import { useImperativeHandle, useState, type Ref } from "react";

import { layoutLabels, type Frame, type Label } from "./labelLayout";
import classes from "./models3d.module.css";
import type { Seen } from "./ModelViews";
import type { LengthUnit } from "./SolidModel";
import { barOf, labelWidth } from "./stageWords";

const TOOLBAR_PX = 56;

/** What is said of a view: what it shows, and how far to trust it. */
export interface ViewWords {
  title: string;
  /** "" where the page around the stage says it. */
  notice: string;
}

interface Pointed {
  name: string;
  x: number;
  y: number;
}

export interface OverlayHandle {
  show: (seen: Seen) => void;
  point: (pointed: Pointed | null) => void;
}

interface Props {
  words: readonly ViewWords[];
  unit: LengthUnit;
  estimated: boolean;
  ref: Ref<OverlayHandle>;
}

/** Names with leader lines, titles, notices and the scale bar. Holds what changes with each frame. */
export function StageOverlay({ words, unit, estimated, ref }: Props) {
  const [seen, setSeen] = useState<Seen | null>(null);
  const [pointed, setPointed] = useState<Pointed | null>(null);
  useImperativeHandle(ref, () => ({ show: setSeen, point: setPointed }));
  const bar = seen && words.length > 0 ? barOf(seen, unit, estimated) : null;
  return (
    <div className={classes.overlay} data-view={seen ? viewText(seen) : undefined}>
      {words.map(({ title, notice }, place) => {
        const view = seen?.views[place];
        if (!view) return null;
        const { left, top, width, height } = view.frame;
        return (
          <div key={place} className={classes.view} data-last={place === words.length - 1 || undefined} style={{ left, top, width, height }}>
            <p className={classes.title}>{title}</p>
            {notice && (
              <p className={classes.notice}>
                <IconInfoCircle size={16} stroke={1.7} aria-hidden="true" />
                <span>{notice}</span>
              </p>
            )}
          </div>
        );
      })}
      {seen?.views.map(({ anchors, frame }, place) => (
        <Labels key={place} labels={layoutLabels(anchors, besideToolbar(frame), labelWidth(anchors))} />
      ))}
      {bar && (
        <div className={classes.scaleBar} role="img" aria-label={`Scale bar: ${bar.text}${estimated ? ", estimated" : ""}`}>
          <span>{bar.text}</span>
          <i style={{ width: bar.widthPx }} />
        </div>
      )}
      {pointed && (
        <div className={classes.pointed} style={{ left: pointed.x + 14, top: pointed.y + 14 }}>
          {pointed.name}
        </div>
      )}
    </div>
  );
}

function Labels({ labels }: { labels: readonly Label[] }) {
  return (
    <>
      <svg className={classes.leaders} aria-hidden="true">
        {labels.map(({ name, from, to }) => (
          <g key={name}>
            <line x1={from[0]} y1={from[1]} x2={to[0]} y2={to[1]} />
            <circle cx={to[0]} cy={to[1]} r={2.6} />
          </g>
        ))}
      </svg>
      {labels.map(({ name, side, from }) => (
        <span key={name} className={classes.label} data-side={side} style={{ left: from[0], top: from[1] }}>
          {name}
        </span>
      ))}
    </>
  );
}

function besideToolbar(frame: Frame): Frame {
  const covered = Math.max(0, TOOLBAR_PX - frame.left);
  return { ...frame, left: frame.left + covered, width: frame.width - covered };
}

const viewText = ({ azimuth, polar, zoom }: Seen) => [azimuth, polar, zoom].map((n) => n.toFixed(4)).join(",");
