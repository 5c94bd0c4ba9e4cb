/** Numbers and names as they stand on the screen. */
import type { CaseDocument, Scale } from "../api/types";

const WHOLE = new Intl.NumberFormat("en-GB");

export const formatCount = (count: number) => WHOLE.format(count);

/** "97 %", "0.4 %"; certainty is never rounded up to 100. */
export function formatPercent(fraction: number): string {
  const percent = 100 * fraction;
  if (percent >= 99.5 && percent < 100) return `${Math.min(99.9, Math.floor(percent * 10) / 10)} %`;
  if (percent > 0 && percent < 1) return percent < 0.1 ? "< 0.1 %" : `${percent.toFixed(1)} %`;
  return `${Math.round(percent)} %`;
}

/** A share of cells in percent, "57" or "5.3". */
export function formatShare(percent: number): string {
  return String(Number(percent.toFixed(percent < 9.95 ? 1 : 0)));
}

export function formatArea(areaUm2: number): string {
  return `${areaUm2 < 10 ? areaUm2.toFixed(1) : Math.round(areaUm2)} µm²`;
}

/** Diameter of the disc of the same area, "7.4 µm". */
export function formatDiameter(areaUm2: number): string {
  return `${(2 * Math.sqrt(areaUm2 / Math.PI)).toFixed(1)} µm`;
}

export function formatBytes(bytes: number): string {
  const mb = bytes / 1e6;
  return mb >= 1 ? `${trim(mb)} MB` : `${trim(bytes / 1e3)} kB`;
}

const trim = (value: number) => String(Number(value.toFixed(value < 10 ? 1 : 0)));

/** One sentence about the scale and where it comes from. */
export function describeScale(scale: Scale): string {
  if (scale.mpp_um === null) return "Scale unknown: sizes are left out.";
  const figure = `${Number(scale.mpp_um.toPrecision(3))} µm per pixel`;
  switch (scale.origin) {
    case "given":
      return `${figure}, as given with the upload`;
    case "metadata":
      return `${figure}, from the file`;
    default: {
      const cells = `${formatCount(scale.red_cells)} red ${scale.red_cells === 1 ? "cell" : "cells"}`;
      const spread = scale.relative_sd === null ? "" : `, ± ${formatShare(100 * scale.relative_sd)} %`;
      return `${figure}, estimated from ${cells}${spread}`;
    }
  }
}

/** "130 red · 12 white · 10 platelets", and what was not named. */
export function describeCounts(counts: NonNullable<CaseDocument["counts"]>): string {
  const { red_cells: red, white_cells: white, platelets, unidentified } = counts;
  const plural = platelets === 1 ? "platelet" : "platelets";
  const named = `${formatCount(red)} red · ${formatCount(white)} white · ${formatCount(platelets)} ${plural}`;
  return unidentified > 0 ? `${named} · ${formatCount(unidentified)} unidentified` : named;
}

/** "just now", "12 min ago", "3 h ago", else the date. */
export function formatAge(createdUtc: string, now: Date): string {
  const minutes = (now.getTime() - new Date(createdUtc).getTime()) / 60_000;
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${Math.floor(minutes)} min ago`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ago`;
  return new Date(createdUtc).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });
}

export const capitalised = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** Name of a finer class under its group's heading: "band" for the band neutrophil under neutrophil. */
export function nameWithin(name: string, group: string): string {
  return name.endsWith(` ${group}`) ? name.slice(0, -group.length - 1) : name;
}

/** The same name, which may be parted between its parts: browsers do not hyphenate the names of cells. */
export const breakable = (name: string) => name.replaceAll(/(?<=[a-z]{3})(?=cyte|phil|blast|granulo)|(?<=[Ss]eg)(?=mented)/g, "\u00ad");
