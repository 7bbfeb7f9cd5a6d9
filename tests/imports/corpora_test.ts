/** @module The command on an export, and real logs where they are at hand. */
import assert from "node:assert/strict";
import { createLineReader } from "../../shared/imports/line_rules.ts";
import { readLines, runImport } from "../../tools/import.ts";
import { openApp } from "../support/app.ts";
import { slackFiles, zipOf } from "./fixtures.ts";

const DATA = Deno.env.get("TOWNSQUARE_DATA");
/** At least so many of the lines of a corpus are messages. */
const SHARE_READ_MIN = 0.5;

Deno.test("[XF-01] imports: the command makes a room of every channel, or of one", async () => {
  await using app = await openApp();
  const owner = await app.signUp("warden");
  const path = await Deno.makeTempFile({ suffix: ".zip" });
  try {
    await Deno.writeFile(path, zipOf(slackFiles()));
    const args = ["--format", "slack", "--file", path, "--db-url", app.db.url];
    const one = await runImport([...args, "--room", "kitchen", "--owner", owner.handle]);
    assert.deepEqual([one.imported, one.left_out, one.malformed], [1, 3, 1]);
    const all = await runImport([...args, "--owner", owner.handle]);
    assert.deepEqual([all.imported, all.existing], [2, 1]);
    const { body } = await app.as(owner).get("/rooms?type=mine");
    const names = body.items.map(({ name }: { name: string }) => name).sort();
    assert.deepEqual(names, ["harbour", "kitchen"]);
  } finally {
    await Deno.remove(path);
  }
});

Deno.test({
  name: "[XF-01] imports: real logs are read, and what does not fit is rare",
  ignore: DATA === undefined,
  async fn() {
    for (
      const [format, file] of [
        ["irc", "chat-irc/ubuntu-train.jsonl.gz"],
        ["gitter", "chat-gitter/messages.jsonl.gz"],
      ] as const
    ) {
      const read = createLineReader(format);
      const counts = { message: 0, left_out: 0, malformed: 0 };
      for await (const line of readLines(`${DATA}/${file}`)) counts[read(line).kind] += 1;
      const total = counts.message + counts.left_out + counts.malformed;
      assert.ok(counts.message > total * SHARE_READ_MIN, `${file}: ${JSON.stringify(counts)}`);
      assert.equal(counts.malformed, 0, `${file}: ${JSON.stringify(counts)}`);
    }
  },
});
