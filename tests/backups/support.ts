/** @module A project to back up, and an empty one to restore into. */
import { createBackup, openArchive } from "../../shared/backups/mod.ts";
import { createDatabase } from "../../shared/platform/postgres.ts";
import type { FileStore } from "../../shared/platform/file_store.ts";
import { createFolderStorage, createFolderStore } from "../../tools/folder_storage.ts";
import { openApp, type TestApp } from "../support/app.ts";
import { openDatabase } from "../support/database.ts";

/** Secret of the archives. */
export const SECRET = "a-secret-of-at-least-thirty-two-characters";

/** Opens a project whose archives lie in a folder that a test may alter. */
export async function openProject(env: Record<string, string> = {}) {
  const stack = new AsyncDisposableStack();
  const app = stack.use(await openApp({ services: true, env }));
  const folder = await Deno.makeTempDir({ prefix: "townsquare-backup-" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const deps = { ...app.deps, archive: createFolderStore(folder) };
  return {
    app,
    deps,
    folder,
    /** Makes a backup of any size and returns its id. */
    async backUp(archive: FileStore = deps.archive): Promise<string> {
      const backup = await createBackup({ ...deps, archive }, {
        requestedBy: null,
        isBounded: false,
      });
      if (backup.status !== "done") throw new Error(app.logs.join("\n"));
      return backup.id;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** A project as {@linkcode openProject} opens it. */
export type Project = Awaited<ReturnType<typeof openProject>>;

/** An empty, migrated database with a folder for objects, which restores from `project`. */
export async function openTarget(project: { app: TestApp; deps: { archive?: FileStore } }) {
  const stack = new AsyncDisposableStack();
  const target = stack.use(await openDatabase({ template: "product" }));
  const db = stack.use(createDatabase(target.url, { max: 2 }));
  const folder = await Deno.makeTempDir({ prefix: "townsquare-target-" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const deps = {
    ...project.app.deps,
    ...project.deps,
    db,
    storage: createFolderStorage(folder, { hasBuckets: true }),
  };
  return {
    sql: target.sql,
    folder,
    deps,
    open: (id: string) => openArchive(deps, id),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
