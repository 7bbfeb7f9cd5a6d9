/** @module A few processors with a queue before them; one that takes too long is killed. */
import { FrameReader, writeFrame } from "./frames.ts";
import type { Job, Outcome } from "./jobs.ts";
import { Refusal } from "./refusal.ts";

/** Bounds of the pool. */
export interface PoolOptions {
  /** Processors at most. */
  readonly size: number;
  /** Jobs that may wait for one. */
  readonly queueLimit: number;
  /** Longest time that one job may take, from its start. */
  readonly deadlineMs: number;
  /** Folder to which processors may write; the videos they work on lie there. */
  readonly folder: string;
}

/** A job whose processor is lost is tried so often: what kills two may kill more. */
const TRIES = 2;

/** What a job gave. */
export interface Reply {
  readonly outcome: Outcome;
  readonly blocks: readonly Uint8Array<ArrayBuffer>[];
}

/** One job with its bytes. */
export interface Work {
  readonly job: Job;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** In place of the pool's. */
  readonly deadlineMs?: number;
}

interface Done {
  readonly reply: Reply;
  readonly processor: Processor;
}

const PROCESSOR = new URL("./processor.ts", import.meta.url);

const KEPT_VARIABLES = ["PATH", "HOME", "DENO_DIR", "TMPDIR"];

function keptEnvironment(): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of KEPT_VARIABLES) {
    const value = Deno.env.get(name);
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}

/** A running processor. */
class Processor {
  private readonly child: Deno.ChildProcess;
  private readonly reader: FrameReader;
  private readonly writer: WritableStreamDefaultWriter<Uint8Array>;

  constructor(folder: string) {
    this.child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        "--no-prompt",
        "--allow-read",
        `--allow-write=${folder}`,
        "--allow-env",
        "--allow-ffi",
        "--allow-sys",
        PROCESSOR.href,
      ],
      // What decodes hostile bytes has no use for secrets.
      clearEnv: true,
      env: keptEnvironment(),
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.reader = new FrameReader(this.child.stdout);
    this.writer = this.child.stdin.getWriter();
  }

  async run(job: Job, bytes: Uint8Array<ArrayBuffer>): Promise<Reply> {
    const [, frame] = await Promise.all([
      writeFrame(this.writer, { head: job, blocks: [bytes] }),
      this.reader.next(),
    ]);
    if (frame === undefined || !isOutcome(frame.head)) throw new Error("The processor died.");
    return { outcome: frame.head, blocks: frame.blocks };
  }

  /** Ends it at once, whatever native code it is in. */
  async kill(): Promise<void> {
    try {
      this.child.kill("SIGKILL");
    } catch {
      // It is gone already.
    }
    await this.writer.abort().catch(() => {});
    await this.child.status;
  }
}

function isOutcome(value: unknown): value is Outcome {
  return typeof value === "object" && value !== null && "ok" in value;
}

/** Runs jobs on a bounded number of processors, started when first needed. */
export class ProcessorPool implements AsyncDisposable {
  private readonly idle: (Processor | undefined)[];
  private readonly waiting: ((processor: Processor | undefined) => void)[] = [];
  private readonly all = new Set<Processor>();

  constructor(private readonly options: PoolOptions) {
    this.idle = new Array<Processor | undefined>(options.size).fill(undefined);
  }

  /** Takes a place, or refuses at once when the queue is full. Disposing gives it back. */
  async acquire(): Promise<PoolPlace> {
    if (this.idle.length > 0) return new PoolPlace(this, this.idle.pop());
    if (this.waiting.length >= this.options.queueLimit) {
      throw new Refusal("busy", "Too many files are being worked on.");
    }
    return await new Promise((resolve) => {
      this.waiting.push((processor) => resolve(new PoolPlace(this, processor)));
    });
  }

  /** Used by {@linkcode PoolPlace}. */
  giveBack(processor: Processor | undefined): void {
    const next = this.waiting.shift();
    if (next !== undefined) next(processor);
    else this.idle.push(processor);
  }

  /** Used by {@linkcode PoolPlace}: runs one job and returns the processor if it still lives. */
  async run(given: Processor | undefined, work: Work): Promise<Done> {
    for (let attempt = 1;; attempt++) {
      const done = await this.attempt(attempt === 1 ? given : undefined, work);
      if (done !== undefined) return done;
      if (attempt === TRIES) throw new Refusal("corrupt_image", "The file could not be decoded.");
    }
  }

  /** Runs a job once; undefined when the processor died of it. */
  private async attempt(given: Processor | undefined, work: Work): Promise<Done | undefined> {
    const processor = given ?? new Processor(this.options.folder);
    this.all.add(processor);
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      processor.kill();
    }, work.deadlineMs ?? this.options.deadlineMs);
    try {
      return { reply: await processor.run(work.job, work.bytes), processor };
    } catch {
      this.all.delete(processor);
      await processor.kill();
      if (late) throw new Refusal("deadline", "The file took too long.");
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends all processors. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.all].map((processor) => processor.kill()));
    this.all.clear();
  }
}

/** A place in the pool. */
export class PoolPlace implements Disposable {
  constructor(
    private readonly pool: ProcessorPool,
    private processor: Processor | undefined,
  ) {}

  /** Runs a job; a processor that is lost is replaced by the next job. */
  async run(work: Work): Promise<Reply> {
    const given = this.processor;
    this.processor = undefined;
    const { reply, processor } = await this.pool.run(given, work);
    this.processor = processor;
    return reply;
  }

  /** Lets the next one in. */
  [Symbol.dispose](): void {
    this.pool.giveBack(this.processor);
  }
}
