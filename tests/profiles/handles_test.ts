/** @module Handles: what they may look like, whose they are, and for how long. */
import assert from "node:assert/strict";
import { openApp, signUp, type TestApp, type TestPerson } from "../support/app.ts";
import { openDatabase } from "../support/database.ts";

/** Names that the table and the API must refuse, and why. */
const CONFUSABLES = [
  "\u0430da", // Cyrillic a
  "ad\u0251", // Latin alpha
  "\uFF41\uFF44\uFF41", // full width
  "\u212Aate", // Kelvin sign: its small letter is k
  "\u0130van", // dotted I: its small letter begins with i
  "a\u200Bda", // zero width
  "ada\u0301",
  "\u{1D41A}da", // mathematical bold
  "ada\u00A0",
];

function rename(app: TestApp, person: TestPerson, handle: string) {
  return app.as(person).patch("/users/me", { handle });
}

/** Moves the moment at which handles were given up into the past. */
function age(app: TestApp, days: number) {
  return app.db.sql`
    update private.retired_handles set free_at = now() + make_interval(days => 90 - ${days}::int)`;
}

Deno.test("[XD-02] handles: letters of other alphabets are refused, not folded", async () => {
  await using app = await openApp();
  const ada = await app.signUp("ada");

  for (const handle of CONFUSABLES) {
    const answer = await rename(app, ada, handle);
    const row = await app.db.sql`
      update public.profiles set handle = ${handle} where id = ${ada.id}`
      .then(() => "stored", (error) => error.code);

    assert.equal(answer.status, 422, handle);
    assert.equal(answer.body.errors[0].path, "handle");
    assert.match(answer.body.errors[0].message, /look-alikes/);
    assert.equal(row, "PT422", handle);
    await assert.rejects(signUp(app.db, handle), { code: "PT422" }, "nor at the door");
  }
  const capitals = await rename(app, ada, "Ada_L");
  assert.equal(capitals.body.handle, "ada_l");
  assert.equal((await app.anonymous.get("/users/ADA_l")).body.id, ada.id);
});

Deno.test("[XD-02] [ID-15] handles: length, characters and reserved words, whatever they are dressed as", async () => {
  await using app = await openApp();
  const ada = await app.signUp("ada");
  const refused = [
    "",
    "ab",
    "x".repeat(31),
    "a-b",
    "a b",
    "ada ",
    "support",
    "SUPPORT",
    "supp0rt",
    "5upp0rt",
    "_support_",
    "rnoderat0r",
    "adm1n1strator",
    "null",
  ];

  for (const handle of refused) {
    const answer = await rename(app, ada, handle);
    assert.equal(answer.status, 422, handle);
    assert.equal(answer.body.errors[0].path, "handle", handle);
  }
  for (const handle of ["x_1", "y".repeat(30), "supporter"]) {
    assert.equal((await rename(app, ada, handle)).status, 200, handle);
  }
});

/** Small, seeded and good enough to spread cases (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6D2B79F5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const LOOKALIKES: readonly (readonly [string, string])[] = [
  ["0", "o"],
  ["1", "l"],
  ["rn", "m"],
  ["vv", "w"],
  ["__", "_"],
];

/** Swaps some of what looks alike, both ways, in random places. */
function disguise(handle: string, random: () => number): string {
  let out = handle;
  for (let step = 0; step < 8; step++) {
    const pair = LOOKALIKES[Math.floor(random() * LOOKALIKES.length)] ?? ["", ""];
    const [from, to] = random() < 0.5 ? pair : [pair[1], pair[0]];
    const at = out.indexOf(from, Math.floor(random() * out.length));
    if (at >= 0) out = out.slice(0, at) + to + out.slice(at + from.length);
  }
  return random() < 0.5 ? out.toUpperCase() : out;
}

Deno.test("[XD-02] handles: whatever looks alike has one skeleton, whatever does not has its own", async () => {
  const seed = Number(Deno.env.get("TEST_SEED") ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`TEST_SEED=${seed}`);
  await using db = await openDatabase({ template: "product" });
  const random = randomOf(seed);
  const letters = "01ormnvwl_abcxyz23";
  const pairs = Array.from({ length: 2_000 }, () => {
    const length = 3 + Math.floor(random() * 12);
    const one = Array.from({ length }, () => letters[Math.floor(random() * letters.length)])
      .join("");
    const at = Math.floor(random() * length);
    // A letter that nothing else looks like.
    const other = `${one.slice(0, at)}k${one.slice(at + 1)}`;
    return { one, alike: disguise(one, random), other };
  });

  const faults = await db.sql`
    select p.* from jsonb_to_recordset(${
    db.sql.json(pairs)
  }) as p (one text, alike text, other text)
    where private.handle_skeleton(p.one) <> private.handle_skeleton(p.alike)
      or private.handle_skeleton(p.one) = private.handle_skeleton(p.other)
      or private.handle_skeleton(private.handle_skeleton(p.one)) <> private.handle_skeleton(p.one)`;

  assert.deepEqual([...faults], [], `TEST_SEED=${seed}`);
});

Deno.test("[XD-02] [ID-15] handles: one given up stays with who had it, and is free after 90 days", async () => {
  await using app = await openApp();
  const [ada, eve] = [await app.signUp("ada"), await app.signUp("eve")];

  const moved = await rename(app, ada, "countess");
  const gone = await app.anonymous.get("/users/ada");
  const grabbed = await rename(app, eve, "ada");
  const atTheDoor = await signUp(app.db, "Ada").catch((error) => error.code);
  const back = await rename(app, ada, "ada");
  const freed = await rename(app, eve, "countess");
  await rename(app, ada, "lovelace");
  await age(app, 89);
  const early = await rename(app, eve, "ada");
  await age(app, 91);
  const late = await rename(app, eve, "ada");

  assert.equal(moved.status, 200);
  assert.equal(gone.status, 404, "an old handle leads nowhere");
  for (const refused of [grabbed, freed, early]) {
    assert.equal(refused.status, 409);
    assert.equal(refused.body.errors[0].path, "handle");
  }
  assert.equal(atTheDoor, "PT409");
  assert.equal(back.status, 200, "whoever had it may take it back");
  assert.equal(late.body.handle, "ada");
  assert.equal((await rename(app, ada, "ada")).status, 409, "now it is hers");
});

Deno.test("[XA-02] [XD-02] handles: that of a deleted account is free again after 90 days only", async () => {
  await using app = await openApp();
  const [ada, eve] = [await app.signUp("modern"), await app.signUp("eve")];
  await app.db.sql`delete from auth.users where id = ${ada.id}`;
  const [kept] = await app.db.sql`select profile_id from private.retired_handles`;

  const early = [await rename(app, eve, "modern"), await rename(app, eve, "rnodern")];
  await age(app, 91);
  await app.db.sql`select private.sweep_handles()`;
  const late = await rename(app, eve, "rnodern");

  assert.deepEqual(kept, { profile_id: null }, "whose it was is forgotten");
  assert.deepEqual(early.map(({ status }) => status), [409, 409]);
  assert.equal(late.status, 200);
  const rows = await app.db.sql`
    select skeleton_hash = private.handle_hash('eve') as is_eve from private.retired_handles`;
  assert.deepEqual([...rows], [{ is_eve: true }], "swept, and the one just left is kept");
});

Deno.test("[ID-15] handles: changed too often, they have to wait; what changes nothing is free", async () => {
  await using app = await openApp();
  const ada = await app.signUp("ada");
  const names = ["ada_b", "ada_c", "ada_d", "ada_e", "ada_f"];

  const allowed = [];
  for (const name of names) {
    allowed.push(await rename(app, ada, name), await rename(app, ada, name.toUpperCase()));
  }
  const refused = await rename(app, ada, "ada_g");
  const other = await app.as(ada).patch("/users/me", { handle: "ada_f", bio: "still here" });
  const [given] = await app.db.sql`
    insert into auth.users (id, aud, role, email) values (gen_random_uuid(), 'authenticated',
      'authenticated', 'oauth@example.com') returning id`;
  const free = await app.db.sql`
    update public.profiles set handle = 'chosen' where id = ${given?.id} returning handle`;

  assert.deepEqual(new Set(allowed.map(({ status }) => status)), new Set([200]));
  assert.equal(refused.status, 429);
  assert.match(refused.body.detail, /too often/);
  assert.ok(Number(refused.headers.get("retry-after")) > 24 * 60 * 60);
  assert.equal(other.status, 200);
  assert.equal(free.length, 1);
  const [limits] = await app.db.sql`select count(*)::int as n from private.rate_limits
    where key = ${`handle:${given?.id}`}`;
  assert.equal(limits?.n, 0, "the first choice after a given name is not counted");
});

Deno.test("[XD-02] handles: of all who want one or its look-alike at once, one gets it", async () => {
  await using app = await openApp();
  const people = await Promise.all(
    ["ann", "bob", "cleo", "dora", "eve"].map((handle) => app.signUp(handle)),
  );
  const wishes = ["modern", "rnodern", "m0dern", "MODERN", "modern"];

  const answers = await Promise.all(
    people.map((person, at) => rename(app, person, wishes[at] ?? "")),
  );

  const statuses = answers.map(({ status }) => status).sort();
  assert.deepEqual(statuses, [200, 409, 409, 409, 409]);
  for (const { status, body } of answers) {
    if (status === 409) assert.equal(body.errors[0].path, "handle");
  }
  const held = await app.db.sql`
    select from public.profiles where private.handle_skeleton(handle) = 'rnodern'`;
  assert.equal(held.length, 1);
});

Deno.test("[XD-02] [ID-01] sign-up: throw-away addresses and bad handles are refused by field", async () => {
  await using app = await openApp({ services: true });
  const attempt = (email: string, handle: string) =>
    app.anonymous.post("/auth/signup", { email, handle, password: "correct horse battery" });

  const refused = [
    await attempt("ada@mailinator.com", "ada_one"),
    await attempt("ada@MAILINATOR.com", "ada_one"),
    await attempt("ada@mx.sub.yopmail.com", "ada_one"),
    await attempt("ada@example.com", "supp0rt"),
    await attempt("ada@example.com", "\u0430da"),
  ];
  const taken = await attempt("ada@notmailinator.com", "ada_one");

  assert.deepEqual(
    refused.map(({ status, body }) => [status, body.errors?.[0].path ?? body.detail]),
    [[422, "email"], [422, "email"], [422, "email"], [422, "handle"], [422, "handle"]],
  );
  assert.equal(taken.status, 201);
  assert.equal((await app.db.sql`select from auth.users`).length, 1);
  for (const table of ["retired_handles", "reserved_handles", "blocked_email_domains"]) {
    for (const role of ["anon", "authenticated"]) {
      const [may] = await app.db.sql`
        select has_table_privilege(${role}, ${`private.${table}`}, 'select') as may`;
      assert.equal(may?.may, false, table);
    }
  }
});
