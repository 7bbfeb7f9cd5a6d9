/** @module Tells when sources change, once for a burst of writes. */

const QUIET_MS = 120;
const SOURCE = /\.(?:ts|tsx|js|mjs|json|jsonc|sql|env)$|\/\.env$/;

/** Something to be closed. */
export interface Watcher {
  close(): void;
}

/** Watches folders; those that do not exist are left out. */
export function watchSources(folders: readonly string[], onChange: () => void): Watcher {
  const present = folders.filter((folder) => {
    try {
      return Deno.statSync(folder).isDirectory;
    } catch {
      return false;
    }
  });
  if (present.length === 0) return { close() {} };
  const events = Deno.watchFs(present, { recursive: true });
  let timer: ReturnType<typeof setTimeout> | undefined;
  (async () => {
    for await (const event of events) {
      if (event.kind === "access" || !event.paths.some((path) => SOURCE.test(path))) continue;
      clearTimeout(timer);
      timer = setTimeout(onChange, QUIET_MS);
    }
  })();
  return {
    close() {
      clearTimeout(timer);
      events.close();
    },
  };
}
