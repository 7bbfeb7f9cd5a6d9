/** @module The README's example runs as it is printed. */
import assert from "node:assert/strict";
import { stackFile } from "../support/stack.ts";
import { ROOT } from "./files.ts";

/** Longest that the example may take, with the first start of every function. */
const EXAMPLE_MS_MAX = 60_000;

Deno.test("[GW-09] [B10] readme: the example with the official client runs as printed", async () => {
  const readme = await Deno.readTextFile(`${ROOT}/README.md`);
  const code = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? "";
  await Deno.mkdir(`${ROOT}/.townsquare`, { recursive: true });
  const script = await Deno.makeTempFile({ dir: `${ROOT}/.townsquare`, suffix: ".ts" });
  await using _removed = { [Symbol.asyncDispose]: () => Deno.remove(script) };
  await Deno.writeTextFile(script, code.replace(".townsquare/stack.json", stackFile()));

  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", script],
    signal: AbortSignal.timeout(EXAMPLE_MS_MAX),
  });
  const { code: exitCode, stdout, stderr } = await child.output();

  const output = new TextDecoder().decode(stdout);
  assert.equal(exitCode, 0, new TextDecoder().decode(stderr) + output);
  assert.ok(code.split("\n").length >= 40);
  assert.match(output, /bob received: Welcome!/);
  assert.match(output, /bob's feed: Hello, #townsquare!/);
});
