/** @module Habits of the house that no formatter and no linter knows. */
import assert from "node:assert/strict";
import { dirname, join, normalize } from "node:path";
import { Environment } from "../../shared/core/config.ts";
import { isGenerated, readRepoFiles, type RepoFile } from "./files.ts";

const FILE_LINES_MAX = 400;
const TEST_LINES_MAX = 600;
const COLUMNS_MAX = 100;

/** What the root may hold, and why: see the table in CONTRIBUTING.md. */
const ROOT_ENTRIES = new Set([
  ".ci",
  ".env.example",
  ".gitignore",
  "CHANGELOG.md",
  "CONTRIBUTING.md",
  "LICENSE",
  "README.md",
  "bench",
  "deno.json",
  "deno.lock",
  "docs",
  "local",
  "openapi.json",
  "shared",
  "supabase",
  "tests",
  "tools",
  "web",
  "workers",
]);

/** Leftovers that do not belong in finished work; written so that this file passes itself. */
const MARKERS = new RegExp(
  `\\b(?:${["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"].join("|")})\\b`,
);
/** Paths of somebody's machine. */
const MACHINE_PATH = /(?<![\w.:*/-])\/(?:work|root|home|Users)\/\w/;

const files = await readRepoFiles();
const written = files.filter(({ path }) => !isGenerated(path));
const sources = written.filter(({ path }) => /\.tsx?$/.test(path));

/** A test's title is one sentence with the ids it proves; it may be longer than a line. */
const TITLE = /^\s*(?:Deno\.test|await t\.step)\(/;

function isTest(path: string): boolean {
  return path.startsWith("tests/");
}

/** Asserts that no file has a fault; all faults are shown at once. */
function assertNone(list: readonly RepoFile[], faultsOf: (file: RepoFile) => string[]): void {
  const faults = list.flatMap((file) => faultsOf(file).map((fault) => `${file.path}${fault}`));
  assert.deepEqual(faults, []);
}

function linesWith(file: RepoFile, isFault: (line: string) => boolean): string[] {
  return file.text.split("\n").flatMap((line, index) => isFault(line) ? [`:${index + 1}`] : []);
}

Deno.test("tidy: files and lines stay within their bounds", () => {
  assertNone(written.filter(({ path }) => /\.(?:tsx?|sql)$/.test(path)), ({ path, text }) => {
    const lines = text.split("\n").length - 1;
    const max = isTest(path) ? TEST_LINES_MAX : FILE_LINES_MAX;
    return lines > max ? [` has ${lines} lines, at most ${max}`] : [];
  });
  assertNone(
    sources,
    (file) => linesWith(file, (line) => [...line].length > COLUMNS_MAX && !TITLE.test(line)),
  );
});

Deno.test("tidy: every module says what it is, every export what it is for", () => {
  assertNone(
    sources,
    ({ text }) =>
      /^(?:#!.*\n)?\/\*\*(?:\n \*)? @module \S/.test(text) ? [] : [" has no @module line"],
  );
  const exported = /^export (?:async )?(?:function|const|class|interface|type(?! \{)|abstract)\b/;
  assertNone(sources.filter(({ path }) => !isTest(path)), ({ text }) => {
    const lines = text.split("\n");
    return lines.flatMap((line, index) => {
      const before = lines[index - 1] ?? "";
      const isDocumented = before.trim().endsWith("*/") || before.startsWith("export ") ||
        before.startsWith("// deno-lint-ignore");
      return exported.test(line) && !isDocumented ? [`:${index + 1} is not documented`] : [];
    });
  });
});

Deno.test("tidy: file names are snake_case", () => {
  assertNone(
    sources,
    ({ path }) =>
      /^[a-z0-9_]+(?:\.types|\.d)?\.tsx?$/.test(path.split("/").at(-1) ?? "") ? [] : [" is not"],
  );
});

Deno.test("tidy: no leftovers, no paths of a machine", () => {
  assertNone(written, (file) => linesWith(file, (line) => MARKERS.test(line)));
  assertNone(written, (file) => linesWith(file, (line) => MACHINE_PATH.test(line)));
});

Deno.test("tidy: the root holds what it is meant to hold", () => {
  const entries = new Set(files.map(({ path }) => path.split("/")[0] ?? ""));

  assert.deepEqual([...entries].filter((entry) => !ROOT_ENTRIES.has(entry)), []);
});

Deno.test("tidy: entry points are short and only connect", () => {
  const entryPoints = files.filter(({ path }) =>
    /^supabase\/functions\/\w+\/index\.ts$/.test(path)
  );

  assert.ok(entryPoints.length >= 3);
  assertNone(entryPoints, ({ text }) => text.split("\n").length > 31 ? [" is too long"] : []);
});

Deno.test("tidy: links in documents lead to files that exist", () => {
  const known = new Set(files.map(({ path }) => path));
  const folders = new Set([...known].flatMap((path) => {
    const parts = path.split("/");
    return parts.map((_, index) => parts.slice(0, index).join("/"));
  }));
  assertNone(files.filter(({ path }) => path.endsWith(".md")), ({ path, text }) => {
    const links = [...text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)].map(([, link = ""]) =>
      link
    );
    return links.filter((link) => {
      const target = normalize(join(dirname(path), link)).replace(/\/$/, "");
      return !known.has(target) && !folders.has(target) && !/\.(?:png|svg|webp)$/.test(target);
    }).map((link) => `: ${link} does not exist`);
  });
});

Deno.test("tidy: every variable that is not the platform's own is in .env.example", () => {
  const text = files.find(({ path }) => path === ".env.example")?.text ?? "";
  // The stack hands on to the functions what the file names, and nothing else.
  const named = new Set(text.split("\n").map((line) => line.split("=")[0]));

  const missing = Object.keys(Environment.shape).filter((name) => !named.has(name));

  assert.deepEqual(missing.filter((name) => !name.startsWith("SUPABASE_")), []);
});
