/** @module Tells how far a command is: a bar on a terminal, a line for each step elsewhere. */

const CELLS = 24;
const CLEAR_LINE = "\r\x1b[2K";
const LABEL_MAX = 40;

/** Shows `done` of `total`; the same line is written once. */
export type ShowProgress = (label: string, done: number, total: number) => void;

/** Makes the display on standard error. */
export function createProgressBar(): { show: ShowProgress; end: () => void } {
  const isTerminal = Deno.stderr.isTerminal();
  let last = "";
  const write = (text: string) => Deno.stderr.writeSync(new TextEncoder().encode(text));
  return {
    show(label, done, total) {
      const share = total === 0 ? 1 : Math.min(1, done / total);
      const filled = Math.round(share * CELLS);
      const percent = `${Math.round(share * 100)}%`.padStart(4);
      const name = label.slice(0, LABEL_MAX);
      const line = isTerminal
        ? `[${"#".repeat(filled)}${"-".repeat(CELLS - filled)}] ${percent} ${name}`
        : `${percent} ${name}`;
      if (line === last) return;
      last = line;
      write(isTerminal ? `${CLEAR_LINE}${line}` : `${line}\n`);
    },
    end: () => void (isTerminal && last !== "" && write(CLEAR_LINE)),
  };
}
