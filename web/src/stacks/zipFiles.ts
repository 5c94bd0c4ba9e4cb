/** Several files as one ZIP archive, so that a folder travels as one upload. Stored, not packed: scans hardly shrink. */

export interface StackPart {
  /** Path below the chosen folder, with forward slashes. */
  path: string;
  file: Blob;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc >>> 0;
});
/** Names in UTF-8 (APPNOTE.TXT 4.4.4, bit 11). */
const UTF8_NAMES = 0x0800;
const VERSION = 20;
/** 1 January 1980, the first day that the format can tell: when a scan was stored is nobody's business. */
const FIRST_DAY = 0x0021;
const MOST_BYTES = 0xffffffff;
const MOST_FILES = 0xffff;

export class TooLargeForZip extends Error {
  constructor() {
    super("The folder holds more than 65,535 files or 4 GB. Choose one scan.");
  }
}

/** @param onDone Hears the share of files that are read. */
export async function zipFiles(parts: readonly StackPart[], onDone: (share: number) => void): Promise<Blob> {
  const size = parts.reduce((sum, part) => sum + part.file.size, 0);
  if (parts.length >= MOST_FILES || size >= MOST_BYTES) throw new TooLargeForZip();
  const pieces: BlobPart[] = [];
  const directory: BlobPart[] = [];
  let [at, directoryBytes] = [0, 0];
  for (const [place, { path, file }] of parts.entries()) {
    const name = new TextEncoder().encode(path);
    const crc = await crcOf(file);
    const common = [VERSION, UTF8_NAMES, 0, 0, FIRST_DAY] as const;
    const local = fields([4, 0x04034b50], ...twos(common), [4, crc], [4, file.size], [4, file.size], [2, name.length], [2, 0]);
    pieces.push(local, name, file);
    const entry = fields(
      [4, 0x02014b50],
      [2, VERSION],
      ...twos(common),
      [4, crc],
      [4, file.size],
      [4, file.size],
      [2, name.length],
      ...twos([0, 0, 0, 0]),
      [4, 0],
      [4, at],
    );
    directory.push(entry, name);
    directoryBytes += entry.length + name.length;
    at += local.length + name.length + file.size;
    onDone((place + 1) / parts.length);
  }
  const end = fields([4, 0x06054b50], ...twos([0, 0, parts.length, parts.length]), [4, directoryBytes], [4, at], [2, 0]);
  return new Blob([...pieces, ...directory, end], { type: "application/zip" });
}

const twos = (values: readonly number[]) => values.map((value): [2, number] => [2, value]);

function fields(...values: [2 | 4, number][]): Uint8Array<ArrayBuffer> {
  const bytes = new DataView(new ArrayBuffer(values.reduce((sum, [size]) => sum + size, 0)));
  let at = 0;
  for (const [size, value] of values) {
    if (size === 2) bytes.setUint16(at, value, true);
    else bytes.setUint32(at, value, true);
    at += size;
  }
  return new Uint8Array(bytes.buffer);
}

async function crcOf(file: Blob): Promise<number> {
  let crc = 0xffffffff;
  const reader = file.stream().getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return (crc ^ 0xffffffff) >>> 0;
    for (const byte of value) crc = ((TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8)) >>> 0;
  }
}
