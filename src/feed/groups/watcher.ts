/**
 * One watcher: a place in the log and a sink, nothing queued for it. It takes what follows its place while its sink
 * takes more; a sink that is full costs nothing until it has room, and then the watcher goes on from where it stood.
 * Catching up and following are the same loop.
 */
import type { Frame, Page } from './frame.ts';

/** Where frames go: a socket, as the transport sees it. */
export interface Sink {
  /** Writes frames in their order while there is room; answers how many. */
  write(frames: readonly Frame[]): number;
  /** Calls back once when there is room again. */
  whenReady(listener: () => void): void;
  /** The stream cannot go on. */
  fail(error: unknown): void;
}

/** What a watcher reads: at once where it is in memory, else from the log. */
export interface Frames {
  after(sequence: number): Page | Promise<Page>;
}

export interface Watcher {
  /** The last place that it needs nothing before. */
  readonly sequence: number;
  /** True while its sink is full. */
  readonly stalled: boolean;
  /** Takes what is there. */
  advance(): void;
  /** Writes nothing from now on. */
  close(): void;
  /** Closes, and tells the sink why. */
  fail(error: unknown): void;
}

/** `onClose` is told once. */
export function createWatcher(frames: Frames, sink: Sink, start: number, onClose: (watcher: Watcher) => void): Watcher {
  return new FollowingWatcher(frames, sink, start, onClose);
}

/** A class, so that ten thousand of them share their functions. */
class FollowingWatcher implements Watcher {
  sequence: number;
  stalled = false;
  #reading = false;
  #closed = false;
  readonly #frames: Frames;
  readonly #sink: Sink;
  readonly #onClose: (watcher: Watcher) => void;

  constructor(frames: Frames, sink: Sink, start: number, onClose: (watcher: Watcher) => void) {
    this.#frames = frames;
    this.#sink = sink;
    this.#onClose = onClose;
    this.sequence = start;
  }

  advance(): void {
    while (!this.#closed && !this.stalled && !this.#reading) {
      const page = this.#frames.after(this.sequence);
      if (page instanceof Promise) {
        this.#read(page);
        return;
      }
      if (!this.#take(page)) return;
    }
  }

  /** True if there may be more. */
  #take({ frames, scannedTo }: Page): boolean {
    if (frames.length === 0) {
      const moved = scannedTo > this.sequence;
      this.sequence = Math.max(this.sequence, scannedTo);
      return moved;
    }
    const end = frames.find((frame) => frame.ends !== undefined);
    const writable = end === undefined ? frames : frames.slice(0, frames.indexOf(end));
    const written = writable.length === 0 ? 0 : this.#sink.write(writable);
    if (written === writable.length) {
      if (end !== undefined) this.fail(end.ends);
      else this.sequence = scannedTo;
      return end === undefined;
    }
    this.sequence = writable[written - 1]?.sequence ?? this.sequence;
    this.stalled = true;
    this.#sink.whenReady(() => {
      this.stalled = false;
      this.advance();
    });
    return false;
  }

  #read(page: Promise<Page>): void {
    this.#reading = true;
    page.then(
      (read) => {
        this.#reading = false;
        if (!this.#closed && this.#take(read)) this.advance();
      },
      (error: unknown) => {
        this.#reading = false;
        this.fail(error);
      },
    );
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#onClose(this);
  }

  fail(error: unknown): void {
    if (this.#closed) return;
    this.close();
    this.#sink.fail(error);
  }
}
