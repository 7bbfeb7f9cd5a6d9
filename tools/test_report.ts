/** @module Reads what a test run needs beforehand and what came of it. */
import { dirname, join } from "node:path";

/** Counts of a run. */
export interface TestSummary {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const TEST_FILE = /(?:_test|\.test)\.tsx?$/;
const TEST_CASE = /<testcase\b[^>]*?(?:\/>|>([\s\S]*?)<\/testcase>)/g;

/** Counts the cases of a JUnit report. */
export function summarize(report: string): TestSummary {
  let passed = 0, failed = 0, skipped = 0;
  for (const [, body = ""] of report.matchAll(TEST_CASE)) {
    if (/<(?:failure|error)\b/.test(body)) failed++;
    else if (/<skipped\b/.test(body)) skipped++;
    else passed++;
  }
  return { passed, failed, skipped };
}

/** The closing line of a run; readers of logs look for exactly this form. */
export function closingLine(summary: TestSummary): string {
  const skipped = summary.skipped > 0 ? `, ${summary.skipped} skipped` : "";
  return `${summary.passed} passed, ${summary.failed} failed${skipped}`;
}

/** The test files under the given files and folders. */
export async function findTestFiles(paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    const info = await Deno.stat(path);
    if (info.isFile) {
      found.push(path);
      continue;
    }
    for await (const entry of Deno.readDir(path)) {
      const child = join(path, entry.name);
      if (entry.isDirectory) found.push(...await findTestFiles([child]));
      else if (TEST_FILE.test(entry.name)) found.push(child);
    }
  }
  return found.sort();
}

/** Modules of tests that a file imports. */
const OWN_IMPORT = /from\s+["'](\.[^"']*support[^"']*)["']/g;

/** Whether any of the files, or what they share with others, talks to a whole running stack. */
export async function needsStack(files: readonly string[]): Promise<boolean> {
  const seen = new Set(files);
  // Grows while it is walked, by each file once.
  for (const file of seen) {
    const text = await Deno.readTextFile(file).catch(() => "");
    for (const [, path = ""] of text.matchAll(OWN_IMPORT)) {
      if (path.endsWith("support/stack.ts")) return true;
      seen.add(join(dirname(file), path));
    }
  }
  return false;
}
