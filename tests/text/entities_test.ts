/** @module What a text names, as the database finds it. */
import assert from "node:assert/strict";
import type { Sql } from "postgres";
import { openDatabase } from "../support/database.ts";

const DATA = Deno.env.get("TOWNSQUARE_DATA") ?? "";

interface Found {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly value: string;
}

async function find(sql: Sql, body: string): Promise<Found[]> {
  const [row] = await sql<{ found: Found[] }[]>`select private.entities_in(${body}) as found`;
  return row?.found ?? [];
}

async function values(sql: Sql, body: string, type: string): Promise<string[]> {
  return (await find(sql, body)).filter((entity) => entity.type === type).map(({ value }) => value);
}

Deno.test("[PO-14] entities: a fence ends where it ends, and what follows it counts", async () => {
  await using db = await openDatabase({ template: "product" });
  for (
    const body of [
      "see ```#no``` #yes",
      "```\n#no\n@no_one\n```\n#yes",
      "```#no``` and `#no` #yes ```#no ` `` #no```",
      "#yes ```open #no",
      "#yes ```open #no``",
      "#yes ```",
    ]
  ) {
    assert.deepEqual((await find(db.sql, body)).map(({ value }) => value), ["yes"], body);
  }
});

Deno.test("[PO-14] [RO-16] entities: tags, mentions and links, with places in code points", async () => {
  await using db = await openDatabase({ template: "product" });
  const body = "\u{1f600} @Ada see #Caf\u00e9 at https://a.org/#x_(y). rt@grace";
  const codePoints = [...body];
  const found = await find(db.sql, body);
  assert.deepEqual(
    found.map(({ type, start, end }) => [type, codePoints.slice(start, end).join("")]),
    [
      ["link", "https://a.org/#x_(y)"],
      ["mention", "@Ada"],
      ["hashtag", "#Caf\u00e9"],
      ["mention", "@grace"],
    ],
  );
  assert.deepEqual(found.map(({ value }) => value), [
    "https://a.org/#x_(y)",
    "ada",
    "caf\u00e9",
    "grace",
  ]);
});

Deno.test("[PO-14] [PO-15] entities: what is none", async () => {
  await using db = await openDatabase({ template: "product" });
  for (
    const text of [
      "a@ada",
      "@@ada",
      "@ada@b.org",
      "@ad",
      "@" + "a".repeat(31),
      "`@ada`",
      "```\n@ada\n```",
    ]
  ) {
    assert.deepEqual(await values(db.sql, text, "mention"), [], text);
  }
  for (
    const text of [
      "a#b",
      "#1",
      "#_",
      "&#x41;",
      "##a#",
      "`#a`",
      "#a#b",
      "https://a.org/#tag",
      "#" + "a".repeat(101),
    ]
  ) {
    assert.deepEqual(await values(db.sql, text, "hashtag"), [], text);
  }
  assert.deepEqual(await values(db.sql, "#E\u0301te\u0301 #\u00c9t\u00e9", "hashtag"), [
    "\u00e9t\u00e9",
    "\u00e9t\u00e9",
  ]);
});

Deno.test("[PO-14] entities: at most fifty names and fifty links are found, in a long text too", async () => {
  await using db = await openDatabase({ template: "product" });
  const names = await find(db.sql, "#a @bob ".repeat(600));
  assert.equal(names.length, 50);
  assert.equal((await find(db.sql, "http://a.org/x ".repeat(330))).length, 50);
});

interface Case {
  readonly file: string;
  readonly section: string;
  readonly description: string;
  readonly text: string;
  readonly expected:
    (string | { screen_name?: string; hashtag?: string; indices: [number, number] })[];
}

Deno.test({
  name: "[PO-14] [PO-15] entities: mentions and hashtags agree with the tests of twitter-text",
  ignore: DATA === "",
  async fn() {
    await using db = await openDatabase({ template: "product" });
    const lines = (await Deno.readTextFile(`${DATA}/parse/twitter_text.jsonl`)).trim().split("\n");
    const cases = lines.map((line): Case => JSON.parse(line)).filter(({ file, section }) =>
      file === "extract" && /^(?:mentions|hashtags)(?:_with_indices|_from_astral)?$/.test(section)
    );
    assert.ok(cases.length > 60);
    for (const { section, text, expected, description } of cases) {
      const type = section.startsWith("mentions") ? "mention" : "hashtag";
      const found = (await find(db.sql, text)).filter((entity) => entity.type === type);
      // How a dotted capital I becomes small is the database's own affair.
      const fold = (name = "") => name.normalize("NFC").toLowerCase().replaceAll("i\u0307", "i");
      const wanted = expected.map((entity) =>
        typeof entity === "string"
          ? { value: fold(entity) }
          : { value: fold(entity.screen_name ?? entity.hashtag), place: entity.indices }
      );
      assert.deepEqual(
        found.map(({ value, start, end }, index) => ({
          value: fold(value),
          ...(wanted[index]?.place === undefined ? {} : { place: [start, end] }),
        })),
        wanted,
        description,
      );
    }
  },
});
