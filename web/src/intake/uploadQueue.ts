/** Pictures on their way to the server, a few at a time. What a busy server refuses is sent again when it says. */
import { ApiProblem } from "../api/client";
import type { CaseDocument } from "../api/types";

/** What is said of a picture when it is uploaded. */
export interface Said {
  mppUm?: number | undefined;
  material?: CaseDocument["material"] | undefined;
  specimen?: string | undefined;
  subject?: string | undefined;
  tags?: readonly string[] | undefined;
}

export interface Picture {
  file: File;
  said: Said;
}

export interface Upload {
  id: number;
  name: string;
  state: "waiting" | "sending" | "done" | "failed";
  /** Of its bytes, sent. */
  share: number;
  problem: string | null;
}

export interface Uploads {
  uploads: readonly Upload[];
  /** Whether the server asked for patience. */
  held: boolean;
}

type Send = (
  picture: Picture,
  onSent: (share: number) => void,
  signal: AbortSignal,
) => Promise<CaseDocument>;

interface Entry extends Picture {
  upload: Upload;
  abort: AbortController;
}

export const AT_ONCE = 2;
/** Where the server does not say how long to wait. */
const PATIENCE_S = 10;
/** Too many pictures a minute, and a full queue: both pass. */
const BUSY = new Set([429, 503]);
export const NOTHING_SENT: Uploads = { uploads: [], held: false };

export class UploadQueue {
  private entries: readonly Entry[] = [];
  private held: ReturnType<typeof setTimeout> | undefined;
  private shown = NOTHING_SENT;
  private lastId = 0;
  private readonly listeners = new Set<() => void>();

  /**
   * @param send Uploads a picture.
   * @param onCreated Hears of each new case, and whether nothing is left to send.
   */
  constructor(
    private readonly send: Send,
    private readonly onCreated: (created: CaseDocument, last: boolean) => void,
  ) {}

  /** @param objection Why a picture cannot be uploaded, or null. */
  add(pictures: readonly Picture[], objection: (file: File) => string | null): void {
    const added = pictures.map((picture): Entry => {
      const problem = objection(picture.file);
      const upload: Upload = {
        id: ++this.lastId,
        name: picture.file.name,
        state: problem === null ? "waiting" : "failed",
        share: 0,
        problem,
      };
      return { ...picture, upload, abort: new AbortController() };
    });
    this.entries = [...this.entries, ...added];
    this.goOn();
  }

  /** Takes a picture out; one that is on its way is stopped. */
  cancel = (id: number): void => {
    this.entries.find(({ upload }) => upload.id === id)?.abort.abort();
    this.entries = this.entries.filter(({ upload }) => upload.id !== id);
    this.goOn();
  };

  cancelAll = (): void => {
    for (const { abort } of this.entries) abort.abort();
    this.entries = this.entries.filter(({ upload }) => upload.state === "done" || upload.state === "failed");
    this.goOn();
  };

  /** Sends a picture again that failed; or all of them. */
  retry = (id?: number): void => {
    this.entries = this.entries.map((entry) =>
      entry.upload.state === "failed" && (id === undefined || entry.upload.id === id)
        ? { ...entry, upload: { ...entry.upload, state: "waiting", share: 0, problem: null } }
        : entry,
    );
    this.goOn();
  };

  /** Forgets what is over. */
  clear = (): void => {
    this.entries = this.entries.filter(({ upload }) => isUnfinished(upload));
    this.tell();
  };

  snapshot = (): Uploads => this.shown;

  subscribe = (changed: () => void): (() => void) => {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  };

  private goOn() {
    this.tell();
    if (this.held !== undefined) return;
    const sending = this.entries.filter(({ upload }) => upload.state === "sending").length;
    const next = this.entries.filter(({ upload }) => upload.state === "waiting").slice(0, AT_ONCE - sending);
    for (const entry of next) void this.sendOne(entry);
  }

  private async sendOne(entry: Entry) {
    const { id } = entry.upload;
    this.change(id, { state: "sending", share: 0 });
    try {
      const created = await this.send(entry, (share) => this.change(id, { share }), entry.abort.signal);
      this.change(id, { state: "done", share: 1 });
      this.onCreated(created, !this.entries.some(({ upload }) => isUnfinished(upload)));
    } catch (error) {
      if (!entry.abort.signal.aborted) this.failed(id, error);
    }
    this.goOn();
  }

  private failed(id: number, error: unknown) {
    if (error instanceof ApiProblem && BUSY.has(error.status)) {
      this.change(id, { state: "waiting", share: 0 });
      this.hold(error.retryAfterS ?? PATIENCE_S);
      return;
    }
    this.change(id, { state: "failed", problem: error instanceof ApiProblem ? error.message : "The upload failed." });
  }

  private hold(seconds: number) {
    clearTimeout(this.held);
    this.held = setTimeout(() => {
      this.held = undefined;
      this.goOn();
    }, 1000 * seconds);
  }

  private change(id: number, to: Partial<Upload>) {
    this.entries = this.entries.map((entry) =>
      entry.upload.id === id ? { ...entry, upload: { ...entry.upload, ...to } } : entry,
    );
    this.tell();
  }

  private tell() {
    const uploads = this.entries.map(({ upload }) => upload);
    this.shown = { uploads, held: this.held !== undefined && uploads.some(isUnfinished) };
    for (const changed of this.listeners) changed();
  }
}

export const isUnfinished = ({ state }: Upload) => state === "waiting" || state === "sending";
