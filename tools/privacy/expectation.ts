/** @module Where the reviewed expectations are, and what stands above them. */
import { join } from "node:path";
import { ROOT } from "../commands.ts";

/** The reviewed file. */
export const EXPECTATION_FILE = join(ROOT, "tests", "privacy", "expected.snap");

/** How to read the file. */
export const PREFACE: readonly string[] = [
  "Who gets what. Proposed by `deno task privacy --write`, reviewed by people: docs/PRIVACY.md.",
  "",
  "Lines are attempts, columns are personas (first four letters), cells what came back:",
  "  x    the row is seen, the write or call took effect        .    nothing is there for them",
  "  -    refused by a missing right   pol  refused by a policy  3    so many rows, or the number",
  "  404  as the API answers it        dup  unique, ref foreign key, chk check violation",
  "`shows` lists what an answer names; `blind` is a write without any condition.",
];
