/** @module Lines of archives as messages. */
import assert from "node:assert/strict";
import { createLineReader } from "../../shared/imports/line_rules.ts";
import { handleFor, readColumns } from "../../shared/imports/rules.ts";
import { slackMarkdown } from "../../shared/text/mod.ts";

Deno.test("imports: an IRC line keeps its minute and its place in it", () => {
  const read = createLineReader("irc");
  const line = (i: number, time: string) =>
    read(JSON.stringify({ log: "2020-02-03_x", i, time, user: "Zed", text: "hi" }));
  const times = [line(1, "10:05"), line(2, "10:05"), line(3, "10:06")].map((made) => {
    assert.equal(made.kind, "message");
    return made.kind === "message" ? made.message.at : "";
  });
  assert.deepEqual(times, [
    "2020-02-03T10:05:00.000Z",
    "2020-02-03T10:05:00.001Z",
    "2020-02-03T10:06:00.000Z",
  ]);
});

Deno.test("imports: server notices are left out, broken lines say why", () => {
  const read = createLineReader("irc");
  assert.equal(read('{"log":"2020-02-03","i":1,"system":1,"text":"joined"}').kind, "left_out");
  assert.deepEqual(read("{"), { kind: "malformed", reason: "is not JSON" });
  assert.deepEqual(read('{"log":"2020-02-03","i":1,"time":"10:00","text":"a"}'), {
    kind: "malformed",
    reason: "user is missing",
  });
  assert.equal(
    read('{"log":"2020-02-03","i":1,"time":"25:00","user":"a","text":"a"}').kind,
    "malformed",
  );
});

Deno.test("imports: Gitter lines take names and one room from the tables", () => {
  const users = readColumns("user,handle\n7,mira\n", "user", "handle");
  const read = createLineReader("gitter", { users, onlyRoom: "2" });
  const line = (room: number) =>
    JSON.stringify({ id: 1, room, user: 7, at: "2020-01-01T00:00:00.123Z", text: "hi" });
  assert.equal(read(line(1)).kind, "left_out");
  const made = read(line(2));
  assert.equal(made.kind === "message" && made.message.authorName, "mira");
  assert.throws(() => readColumns('user,handle\n1,"a"', "user", "handle"), /Line 2/);
});

Deno.test("imports: handles are made of what names have", () => {
  assert.equal(handleFor("[Mira]-away"), "mira_away");
  assert.match(handleFor("é"), /^[a-z0-9_]{3,30}$/);
  assert.match(handleFor("!!!"), /^[a-z0-9_]{3,30}$/);
});

Deno.test("[XF-01] imports: code of Slack stays code, fenced on lines of its own", () => {
  const text = "see ```let x = '*a*' &amp;&amp; 1;\nf(:wave:)``` and `*b*` *c* :wave:";
  const code = "let x = '*a*' && 1;\nf(:wave:)";
  assert.equal(slackMarkdown(text), `see \n\`\`\`\n${code}\n\`\`\`\n and \`*b*\` **c** 👋`);
  assert.equal(slackMarkdown("```\nwhole\n```"), "```\nwhole\n```");
  assert.equal(slackMarkdown("```open"), "```\nopen\n```");
});
