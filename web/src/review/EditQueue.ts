/** Sends what a reviewer does to the server, one after the other; nothing is lost while the server is away. */
import { ApiProblem } from "../api/client";
import { markOf, renumbered, wasDone, type Mark, type Operation } from "./operations";
import type { Review } from "./types";

/** What the queue needs of the world. */
export interface Exchange {
  send: (operation: Operation) => Promise<Review>;
  read: () => Promise<Review>;
  /** The review as it was told last. */
  known: () => Review;
  told: (review: Review) => void;
  /** Everything was sent. */
  drained: () => void;
}

export interface QueueState {
  pending: readonly Operation[];
  /** Why nothing is sent at the moment; null while all is well. */
  waiting: string | null;
  /** What the server refused last, in its words. */
  refused: string | null;
  /** Numbers that the server gave to added cells, by those that they went by before. */
  numbers: ReadonlyMap<number, number>;
}

/** Keeps the queue while the page is away: a reload, a crash. */
export type Shelf = Pick<Storage, "getItem" | "setItem" | "removeItem">;

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 15_000;
/** Nobody there, too many at once, or a proxy whose server is being started. */
const PASSING: ReadonlySet<number> = new Set([0, 408, 429, 502, 503, 504]);

export class EditQueue {
  private state: QueueState = { pending: [], waiting: null, refused: null, numbers: new Map() };
  private readonly listeners = new Set<() => void>();
  /** Of the first operation, once it was sent without an answer. */
  private mark: Mark | null = null;
  private busy = false;
  private lastNumber = 0;
  private pauseMs = FIRST_PAUSE_MS;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly exchange: Exchange,
    private readonly shelf: Shelf,
    private readonly name: string,
  ) {
    const kept = shelf.getItem(name);
    if (!kept) return;
    const { pending, mark } = JSON.parse(kept) as { pending: Operation[]; mark: Mark | null };
    this.state = { ...this.state, pending };
    this.mark = mark;
    this.lastNumber = Math.min(0, ...pending.map((o) => (o.op === "edit" ? o.wish.cell_id : 0)));
  }

  /** What the next added cell goes by until the server has answered. */
  nextNumber(): number {
    return --this.lastNumber;
  }

  readonly snapshot = (): QueueState => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  add(operations: readonly Operation[]): void {
    this.become({ pending: [...this.state.pending, ...operations], refused: null });
    void this.sendAll();
  }

  /** Tries now what waits. */
  readonly retry = (): void => {
    this.pauseMs = FIRST_PAUSE_MS;
    void this.sendAll();
  };

  readonly forgetRefusal = (): void => this.become({ refused: null });

  private async sendAll(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    clearTimeout(this.timer);
    const hadSome = this.state.pending.length > 0;
    for (let next = this.state.pending[0]; next; next = this.state.pending[0]) {
      if (!(await this.sendOne(next))) break;
    }
    this.busy = false;
    if (hadSome && this.state.pending.length === 0) this.exchange.drained();
  }

  /** Whether to go on with the next. */
  private async sendOne(operation: Operation): Promise<boolean> {
    try {
      const told = this.mark ? await this.exchange.read() : null;
      if (told && this.mark && wasDone(operation, told, this.mark)) this.accept(operation, told, this.mark);
      else {
        if (told) this.exchange.told(told);
        const mark = (this.mark = markOf(this.exchange.known(), operation.by));
        this.keep();
        this.accept(operation, await this.exchange.send(operation), mark);
      }
      return true;
    } catch (error) {
      return this.fail(operation, error);
    }
  }

  private accept(operation: Operation, told: Review, before: Mark): void {
    this.exchange.told(told);
    let pending: readonly Operation[] = this.state.pending.slice(1);
    let { numbers } = this.state;
    if (operation.op === "edit" && operation.wish.kind === "add") {
      const added = told.edits.find((e) => e.id > before.newest && e.reviewer === operation.by && e.kind === "add");
      if (added) {
        pending = renumbered(pending, operation.wish.cell_id, added.cell_id);
        numbers = new Map([...numbers, [operation.wish.cell_id, added.cell_id]]);
      }
    }
    this.mark = null;
    this.pauseMs = FIRST_PAUSE_MS;
    this.become({ pending, numbers, waiting: null });
  }

  private fail(operation: Operation, error: unknown): boolean {
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof ApiProblem && PASSING.has(error.status)) {
      this.become({ waiting: message });
      this.timer = setTimeout(() => void this.sendAll(), this.pauseMs);
      this.pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * this.pauseMs);
      return false;
    }
    this.mark = null;
    // What was to be done to a cell that was not added cannot be done either.
    const isOfIt = (other: Operation) =>
      operation.op === "edit" && operation.wish.kind === "add" && other.op === "edit" && other.wish.cell_id === operation.wish.cell_id;
    this.become({ pending: this.state.pending.slice(1).filter((other) => !isOfIt(other)), waiting: null, refused: message });
    return true;
  }

  private become(change: Partial<QueueState>): void {
    this.state = { ...this.state, ...change };
    this.keep();
    for (const listener of this.listeners) listener();
  }

  private keep(): void {
    if (this.state.pending.length === 0) this.shelf.removeItem(this.name);
    else this.shelf.setItem(this.name, JSON.stringify({ pending: this.state.pending, mark: this.mark }));
  }
}
