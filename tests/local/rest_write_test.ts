/** @module Writes of the local REST API: inserts, upserts, updates, deletes, and their refusals. */
import assert from "node:assert/strict";
import { ALICE, BOB, openForum } from "./rest_support.ts";

const JSON_TYPE = { "content-type": "application/json" };

Deno.test("rest: inserts one row and many, and shows them with embeds", async () => {
  await using forum = await openForum();
  const one = await forum.alice.from("posts").insert({ author_id: ALICE, title: "New" })
    .select("title, body, author:people!author_id(name)").single();
  assert.deepEqual([one.status, one.data], [201, {
    title: "New",
    body: "empty",
    author: { name: "Alice" },
  }]);
  const many = await forum.alice.from("posts").insert([
    { author_id: ALICE, title: "B", published_at: "2026-05-06T07:08:09Z" },
    { author_id: BOB, title: "A", score: 4 },
  ], { defaultToNull: false }).select("title, score, body, published_at").order("title");
  assert.deepEqual(many.data, [
    { title: "A", score: 4, body: "empty", published_at: null },
    { title: "B", score: 0, body: "empty", published_at: "2026-05-06T07:08:09+00:00" },
  ]);
  const typed = await forum.alice.from("people").insert({
    id: crypto.randomUUID(),
    name: "Carol",
    born: "2000-01-02",
    mood: "sad",
    tags: ["x y", 'q"'],
    extra: { deep: [1, null] },
  }).select("born, mood, tags, extra").single();
  assert.deepEqual(typed.data, {
    born: "2000-01-02",
    mood: "sad",
    tags: ["x y", 'q"'],
    extra: { deep: [1, null] },
  });
  const none = await forum.alice.from("labels").insert([]);
  assert.deepEqual([none.status, none.error], [201, null]);
  const csv = await forum.ask("/labels", {
    method: "POST",
    headers: { "content-type": "text/csv", prefer: "return=representation" },
    body: 'id,name\n50,"a, b"\n51,c\n',
  });
  assert.deepEqual(await csv.json(), [{ id: 50, name: "a, b" }, { id: 51, name: "c" }]);
});

Deno.test("rest: says where a row was made, and which preferences it followed", async () => {
  await using forum = await openForum();
  const made = await forum.ask("/post_labels", {
    method: "POST",
    headers: { ...JSON_TYPE, prefer: "return=headers-only, count=exact" },
    body: JSON.stringify({ post_id: 3, label_id: 2 }),
  });
  assert.deepEqual([made.status, made.headers.get("location"), await made.text()], [
    201,
    "/post_labels?post_id=eq.3&label_id=eq.2",
    "",
  ]);
  assert.equal(made.headers.get("content-range"), "*/1");
  assert.equal(made.headers.get("preference-applied"), "return=headers-only, count=exact");
  const strict = await forum.ask("/labels", { headers: { prefer: "handling=strict, x=y" } });
  assert.equal((await strict.json()).code, "PGRST122");
});

Deno.test("rest: upserts by merging and by ignoring, and puts", async () => {
  await using forum = await openForum();
  const labels = forum.alice.from("labels");
  const merged = await labels.upsert([{ id: 1, name: "crimson" }, { id: 3, name: "green" }])
    .select().order("id");
  assert.deepEqual(merged.data, [{ id: 1, name: "crimson" }, { id: 3, name: "green" }]);
  const ignored = await labels.upsert([{ id: 1, name: "x" }, { id: 4, name: "pink" }], {
    ignoreDuplicates: true,
  }).select();
  assert.deepEqual(ignored.data, [{ id: 4, name: "pink" }]);
  const byName = await forum.alice.from("people").upsert(
    { id: ALICE, name: "Alice", mood: "sad" },
    {
      onConflict: "name",
    },
  ).select("mood").single();
  assert.deepEqual(byName.data, { mood: "sad" });
  const put = { method: "PUT", headers: { ...JSON_TYPE, prefer: "return=representation" } };
  const replaced = await forum.ask("/labels?id=eq.4", { ...put, body: '{"id":4,"name":"rose"}' });
  assert.deepEqual(await replaced.json(), [{ id: 4, name: "rose" }]);
  const other = await forum.ask("/labels?id=eq.4", { ...put, body: '{"id":5,"name":"rose"}' });
  assert.deepEqual([other.status, (await other.json()).code], [400, "PGRST115"]);
  const vague = await forum.ask("/labels?name=eq.a", { ...put, body: '{"id":5,"name":"rose"}' });
  assert.deepEqual([vague.status, (await vague.json()).code], [405, "PGRST105"]);
});

Deno.test("rest: updates and deletes, bounded when the client asks", async () => {
  await using forum = await openForum();
  const { alice } = forum;
  const quiet = await alice.from("posts").update({ title: "Changed" }).eq("id", 1);
  assert.deepEqual([quiet.status, quiet.data], [204, null]);
  const shown = await alice.from("posts").update({ score: 1 }, { count: "exact" })
    .in("id", [1, 2]).select("id, title").order("id", { ascending: false });
  assert.deepEqual([shown.count, shown.data], [2, [
    { id: 2, title: "Second thoughts" },
    { id: 1, title: "Changed" },
  ]]);
  const empty = await alice.from("posts").update({}).eq("id", 1).select();
  assert.deepEqual([empty.status, empty.data], [200, []]);
  const bounded = await forum.ask("/posts?id=gt.0", {
    method: "PATCH",
    headers: { ...JSON_TYPE, prefer: "handling=strict, max-affected=1" },
    body: '{"score":77}',
  });
  assert.deepEqual([bounded.status, (await bounded.json()).code], [400, "PGRST124"]);
  const single = await alice.from("posts").update({ score: 77 }).gt("id", 0).select().single();
  assert.equal(single.error?.code, "PGRST116");
  const untouched = await alice.from("posts").select("id").eq("score", 77);
  assert.deepEqual(untouched.data, []);
  const gone = await alice.from("post_labels").delete().eq("post_id", 1).select("label_id")
    .order("label_id");
  assert.deepEqual([gone.status, gone.data], [200, [{ label_id: 1 }, { label_id: 2 }]]);
});

Deno.test("rest: row-level security and grants decide", async () => {
  await using forum = await openForum();
  const own = await forum.alice.from("secrets").select("note");
  assert.deepEqual(own.data, [{ note: "mine" }]);
  const forged = await forum.alice.from("secrets").insert({ id: 9, owner: BOB });
  assert.deepEqual([forged.status, forged.error?.code], [403, "42501"]);
  const anonymous = await forum.anon.from("secrets").select("note");
  assert.deepEqual([anonymous.status, anonymous.error?.code], [401, "42501"]);
  const service = await forum.client({ role: "service_role" });
  assert.equal((await service.from("secrets").select("id")).data?.length, 2);
});

Deno.test("rest: refuses as PostgREST does", async () => {
  await using forum = await openForum();
  const { alice } = forum;
  const cases = [
    [await alice.from("nowhere").select(), 404, "PGRST205"],
    [await alice.from("posts").insert({ nope: 1 }), 400, "PGRST204"],
    [await alice.from("posts").select("nope"), 400, "42703"],
    [await alice.from("posts").select("id, secrets(id)"), 400, "PGRST200"],
    [await alice.from("posts").select("id, people(id)"), 300, "PGRST201"],
    [await alice.from("posts").select("id.sum()"), 400, "PGRST123"],
    [await alice.from("posts").select("id,("), 400, "PGRST100"],
    [await alice.from("posts").select().filter("id", "what", 1), 400, "PGRST100"],
    [await alice.from("posts").select().eq("id", "x"), 400, "22P02"],
    [await alice.from("labels").insert({ id: 1, name: "x" }), 409, "23505"],
    [await alice.from("post_labels").insert({ post_id: 77, label_id: 1 }), 409, "23503"],
    [await alice.from("labels").insert({ id: 7 }), 400, "23502"],
    [await alice.from("posts").update({ title: "x".repeat(70) }).eq("id", 1), 400, "23514"],
  ] as const;
  for (const [answer, status, code] of cases) {
    assert.deepEqual([answer.status, answer.error?.code], [status, code]);
  }
  const ambiguous = cases[4][0].error;
  assert.match(ambiguous?.hint ?? "", /people!posts_author_id_fkey/);
  const badBody = await forum.ask("/labels", { method: "POST", headers: JSON_TYPE, body: "{" });
  assert.deepEqual([badBody.status, (await badBody.json()).code], [400, "PGRST102"]);
  const mixed = await forum.ask("/labels", {
    method: "POST",
    headers: JSON_TYPE,
    body: '[{"id":1},{"name":"x"}]',
  });
  assert.equal((await mixed.json()).message, "All object keys must match");
  const plan = { accept: "application/vnd.pgrst.plan+json" };
  const explained = await forum.ask("/posts", { headers: plan });
  assert.deepEqual([explained.status, (await explained.json()).code], [406, "PGRST107"]);
});
