/** @module Fields of a profile at their bounds and past them, by the API and by the table. */
import assert from "node:assert/strict";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";

/** A field, a value, and the path at fault where it is refused. */
type Case = readonly [field: string, value: unknown, path?: string];

const FAMILY = "\u{1F468}\u200D\u{1F469}\u200D\u{1F467}";
const ENGLAND = "\u{1F3F4}\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}";
function links(n: number): string[] {
  return Array.from({ length: n }, (_, i) => `https://example.com/${i}`);
}

const CASES: readonly Case[] = [
  ["display_name", "x".repeat(80)],
  ["display_name", "\u{1F600}".repeat(80)],
  ["display_name", `${FAMILY} ${ENGLAND}`],
  ["display_name", "\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645"],
  ["display_name", "x".repeat(81), "display_name"],
  ["display_name", "\u{1F600}".repeat(81), "display_name"],
  ["display_name", "", "display_name"],
  ["display_name", " \u00A0\u3000 ", "display_name"],
  ["display_name", "\u200D\u200D", "display_name"],
  ["display_name", "\u3164", "display_name"],
  ["display_name", "\u2800", "display_name"],
  ["display_name", "\u0301", "display_name"],
  ["display_name", "Ada\u202Eecarg", "display_name"],
  ["display_name", "A\u200Bda", "display_name"],
  ["display_name", "Ada\nLovelace", "display_name"],
  ["display_name", "Ada\u0007", "display_name"],
  ["display_name", `Ada\u{E0041}`, "display_name"],
  ["display_name", `A${"\u0300".repeat(6)}`, "display_name"],
  ["bio", "x".repeat(500)],
  ["bio", "\u{1F600}".repeat(500)],
  ["bio", "one\ntwo\tthree"],
  ["bio", ""],
  ["bio", "\u{1F600}".repeat(501), "bio"],
  ["bio", "x".repeat(100_000), "bio"],
  ["bio", "up\u202Eside down", "bio"],
  ["location", "\u00D6sterreich"],
  ["location", "x".repeat(101), "location"],
  ["location", "Here\u2066There", "location"],
  ["links", links(10)],
  ["links", ["HTTPS://Example.com", "http://example.com/a?b=c#d"]],
  ["links", links(11), "links"],
  ["links", links(3_000), "links"],
  ["links", ["https://example.com/a", "https://example.com/a"], "links"],
  ["links", ["https://example.com", `https://example.com/${"x".repeat(240)}`], "links.1"],
  ["links", ["javascript:alert(1)"], "links.0"],
  ["links", ["ftp://example.com"], "links.0"],
  ["links", ["https:example.com"], "links.0"],
  ["links", ["https://bank.example@evil.example"], "links.0"],
  ["links", ["https://bank.example\\@evil.example"], "links.0"],
  ["links", ["https://example.com/\u202E"], "links.0"],
  ["links", ["https://example.com/a b"], "links.0"],
  ["links", [null], "links.0"],
  ["links", "https://example.com", "links"],
];

/** The same change at the table, with the API's own checks left out. */
async function writeRow(
  app: TestApp,
  { id, sessionId }: TestPerson,
  field: string,
  value: unknown,
) {
  const claims = { role: "authenticated", sub: id, session_id: sessionId };
  try {
    await app.db.sql.begin(async (sql) => {
      await sql`select private.begin_request(${JSON.stringify(claims)}::text::jsonb)`;
      await sql`update public.profiles p set ${sql(field)} = n.${sql(field)}
        from jsonb_populate_record(null::public.profiles,
          ${JSON.stringify({ [field]: value })}::text::jsonb) n where p.id = ${id}`;
    });
    return "stored";
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
}

Deno.test("[ID-15] fields: API and table take and refuse the same, at the bounds and past them", async () => {
  await using app = await openApp({ env: { RATE_LIMITS: '{"write":"1000/60"}' } });
  const ada = await app.signUp("ada");

  for (const [field, value, path] of CASES) {
    const name = `${field} ${JSON.stringify(value).slice(0, 60)}`;
    const answer = await app.as(ada).patch("/users/me", { [field]: value });
    const row = await writeRow(app, ada, field, value);

    assert.equal(answer.status, path === undefined ? 200 : 422, `${name}: ${answer.text}`);
    if (path === undefined) {
      assert.deepEqual(answer.body[field], value, name);
      assert.equal(row, "stored", name);
    } else {
      assert.equal(answer.body.errors[0].path, path, name);
      assert.notEqual(row, "stored", name);
    }
  }
});

Deno.test("[ID-15] fields: NUL, half a pair and a body past all bounds never reach the table", async () => {
  await using app = await openApp();
  const ada = await app.signUp("ada");
  const patch = (body: string) =>
    app.as(ada).patch("/users/me", body, { headers: { "content-type": "application/json" } });

  const nul = await patch('{"bio":"a\\u0000b"}');
  const half = await patch('{"display_name":"\\ud83d"}');
  const huge = await patch(JSON.stringify({ bio: "x".repeat(300_000) }));
  const list = await patch("[]");

  assert.deepEqual([nul, half].map(({ status }) => status), [422, 422]);
  assert.deepEqual(
    [nul, half].map(({ body }) => body.errors[0].path),
    ["bio", "display_name"],
  );
  assert.equal(huge.status, 413);
  assert.equal(list.status, 422);
});

Deno.test("[ID-15] [ID-18] fields: texts are kept in one form, and the same change twice is one", async () => {
  await using app = await openApp();
  const ada = await app.signUp("ada");
  const change = {
    display_name: "  Zoe\u0308 ",
    bio: "one\r\ntwo",
    links: ["https://example.com"],
  };

  const first = await app.as(ada).patch("/users/me", change);
  const again = await app.as(ada).put("/users/me", change);
  const events = await app.db.sql`select from private.outbox where topic = 'user.updated'`;
  const nothing = await app.as(ada).patch("/users/me", {});

  assert.equal(first.body.display_name, "Zo\u00EB");
  assert.equal(first.body.bio, "one\ntwo");
  assert.deepEqual(again.body, first.body);
  assert.deepEqual(nothing.body, first.body);
  assert.equal(events.length, 1, "what changes nothing is told nobody");
  assert.deepEqual(first.body.counts, { followers: 0, following: 0, posts: 0 });
  for (const field of ["id", "handle", "avatar_url", "bio", "created_at"]) {
    assert.ok(field in first.body, field);
  }
});

Deno.test("[ID-15] fields: names from outside are cleaned, never a reason to fail", async () => {
  await using app = await openApp();
  const make = async (meta: Record<string, unknown>) => {
    const id = crypto.randomUUID();
    await app.db.sql`insert into auth.users (id, aud, role, email, raw_user_meta_data)
      values (${id}, 'authenticated', 'authenticated', ${`${id}@example.com`},
        ${app.db.sql.json(meta as { name: string })})`;
    const [row] = await app.db.sql`
      select handle, display_name from public.profiles where id = ${id}`;
    return row as { handle: string; display_name: string };
  };

  const cleaned = await make({ full_name: "Ada\u202E Love\u200Blace" });
  const long = await make({ name: "\u{1F600}".repeat(200) });
  const empty = await make({ display_name: "\u200B\u3164" });
  const none = await make({});

  assert.equal(cleaned.display_name, "Ada Lovelace");
  assert.equal([...long.display_name].length, 80);
  assert.equal(empty.display_name, empty.handle);
  assert.match(none.handle, /^user_[0-9a-f]{20}$/);
});
