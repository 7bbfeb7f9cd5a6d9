/** @module What functions and services print, kept in a file of bounded size. */
import { join } from "node:path";

/** Lines that tell of nothing but work done; they would bury the rest on a terminal. */
const ROUTINE = /"level":"(?:debug|info)"/;

/** An open log. */
export interface LogFile extends AsyncDisposable {
  readonly line: (text: string) => void;
}

const MAX_BYTES = 10_000_000;

/**
 * Opens `<data-dir>/stack.log`; the log of the run before is kept beside it.
 *
 * @param echo whether lines also go to standard error
 */
export function openLog(dataDir: string, echo: boolean): LogFile {
  const path = join(dataDir, "stack.log");
  let file: Deno.FsFile | undefined;
  let size = 0;
  function rotate(): void {
    file?.close();
    try {
      Deno.renameSync(path, `${path}.1`);
    } catch {
      // There is no earlier log.
    }
    file = Deno.openSync(path, { write: true, create: true, truncate: true });
    size = 0;
  }
  return {
    line(text) {
      if (echo && !ROUTINE.test(text)) console.error(text);
      try {
        // Not before something is to be written: the folder may not be ours until then.
        if (file === undefined || size > MAX_BYTES) rotate();
        const bytes = new TextEncoder().encode(`${new Date().toISOString()} ${text}\n`);
        file?.writeSync(bytes);
        size += bytes.length;
      } catch (error) {
        if (!echo) console.error("log:", error);
      }
    },
    [Symbol.asyncDispose]() {
      file?.close();
      return Promise.resolve();
    },
  };
}
