/** @module The list of proved capabilities, gathered from the titles of the tests. */
import { join, relative } from "node:path";
import { ROOT } from "./commands.ts";

/** A title with the ids of what it proves. */
const TITLE = /["`]((?:\[[A-Z]{1,2}-?\d+[^\]]*\] ?)+)([^"`]*)["`]/g;
const ID = /\[([A-Z]{1,2}-?\d+)/g;

interface Proof {
  readonly id: string;
  readonly title: string;
  readonly path: string;
}

async function listTests(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) paths.push(...await listTests(path));
    else if (entry.name.endsWith("_test.ts")) paths.push(path);
  }
  return paths.sort();
}

function proofsIn(path: string, text: string): Proof[] {
  return [...text.matchAll(TITLE)].flatMap(([, ids = "", title = ""]) =>
    [...ids.matchAll(ID)].map(([, id = ""]) => ({ id, title: title.trim(), path }))
  );
}

function compareIds(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

/** Makes `docs/FEATURES.md`. */
export async function featuresFile(): Promise<{ path: string; text: string }> {
  const proofs: Proof[] = [];
  for (const path of await listTests(join(ROOT, "tests"))) {
    proofs.push(...proofsIn(relative(ROOT, path), await Deno.readTextFile(path)));
  }
  const lines = proofs
    .toSorted((a, b) => compareIds(a.id, b.id) || a.path.localeCompare(b.path))
    .map(({ id, title, path }) => `| ${id} | ${title.replaceAll("|", "\\|")} | \`${path}\` |`);
  const text = [
    "<!-- Written by `deno task generate`; do not edit. -->",
    "# Features",
    "",
    "Each capability with the tests that prove it: a capability without a line is not claimed.",
    "",
    "| id | what is proved | where |",
    "| --- | --- | --- |",
    ...lines,
    "",
  ].join("\n");
  return { path: "docs/FEATURES.md", text };
}
