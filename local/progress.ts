/** @module Tells how far a start is: a spinner on a terminal, plain lines elsewhere. */

/** Shows steps. */
export interface Progress {
  /** Begins a step; the one before is done. */
  step(label: string): void;
  /** Says more about the running step. */
  detail(label: string): void;
  /** Ends the last step. */
  done(): void;
  /** Ends the last step as failed. */
  failed(): void;
}

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const FRAME_MS = 80;
const CLEAR_LINE = "\r\x1b[2K";
const MIN_WIDTH = 20;
/** For terminals that do not know their width. */
const USUAL_WIDTH = 80;

function write(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(text));
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

class Spinner implements Progress {
  #label = "";
  #detail = "";
  #since = 0;
  #frame = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  step(label: string): void {
    this.done();
    this.#label = label;
    this.#detail = "";
    this.#since = performance.now();
    this.#draw();
    this.#timer = setInterval(() => this.#draw(), FRAME_MS);
  }

  detail(label: string): void {
    this.#detail = label;
    this.#draw();
  }

  done(): void {
    this.#end("✓");
  }

  failed(): void {
    this.#end("✗");
  }

  #end(mark: string): void {
    clearInterval(this.#timer);
    if (this.#label !== "") {
      write(`${CLEAR_LINE}${mark} ${this.#label} (${seconds(this.#since)})\n`);
    }
    this.#label = "";
  }

  #draw(): void {
    this.#frame = (this.#frame + 1) % FRAMES.length;
    const more = this.#detail === "" ? "" : ` – ${this.#detail}`;
    const line = `${FRAMES[this.#frame]} ${this.#label}${more}`;
    const { columns } = Deno.consoleSize();
    write(CLEAR_LINE + line.slice(0, (columns < MIN_WIDTH ? USUAL_WIDTH : columns) - 1));
  }
}

class Lines implements Progress {
  step(label: string): void {
    write(`${label} …\n`);
  }

  detail(label: string): void {
    write(`  ${label}\n`);
  }

  done(): void {}

  failed(): void {}
}

/** Shows nothing. */
export const SILENT: Progress = { step() {}, detail() {}, done() {}, failed() {} };

/** The progress fit for where standard error goes. */
export function createProgress(): Progress {
  return Deno.stderr.isTerminal() ? new Spinner() : new Lines();
}
