/** @module Reads the files of the repository for the checks on it. */
import { join, relative } from "node:path";

/** Root of the repository. */
export const ROOT = join(import.meta.dirname ?? ".", "..", "..");

/** One text file. */
export interface RepoFile {
  /** Path from the root. */
  readonly path: string;
  readonly text: string;
}

/** Folders that are made, not written. */
const SKIPPED = new Set(["node_modules", ".git", ".townsquare", "coverage", ".temp", ".branches"]);
const TEXT = /\.(?:ts|tsx|js|css|html|sql|md|json|toml|sh|yml|yaml|snap)$|^run$|^\.env\.example$/;
const FILES_MAX = 5_000;

/** Reads all text files that people write, sorted by path. */
export async function readRepoFiles(): Promise<RepoFile[]> {
  const files: RepoFile[] = [];
  const folders = [ROOT];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for await (const entry of Deno.readDir(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory && !SKIPPED.has(entry.name)) folders.push(path);
      if (!entry.isFile || !TEXT.test(entry.name)) continue;
      files.push({ path: relative(ROOT, path), text: await Deno.readTextFile(path) });
      if (files.length > FILES_MAX) throw new Error("more files than a repository should have");
    }
  }
  return files.sort((a, b) => a.path < b.path ? -1 : 1);
}

/** Whether a file is made by a tool and carries its own first line that says so. */
export function isGenerated(path: string): boolean {
  return path === "shared/database.types.ts" ||
    path === "shared/client/openapi.types.ts" || path === "openapi.json" ||
    path === "deno.lock" || path.endsWith(".snapshot.sql") ||
    /^docs\/(?:DATA|ENVIRONMENT|PROBLEMS|METRICS)\.md$/.test(path);
}
