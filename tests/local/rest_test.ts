/** @module Reads of the local REST API: columns, embeds, filters, orders, pages. */
import assert from "node:assert/strict";
import { ALICE, BOB, openForum } from "./rest_support.ts";

async function body(response: Response): Promise<unknown> {
  return await response.json();
}

Deno.test("rest: reads columns, casts, JSON paths and aliases", async () => {
  await using forum = await openForum();
  const { data, error } = await forum.anon.from("people")
    .select("who:name, born, zip:extra->city->>zip, extra->langs->0, tags->0, id::text, initial")
    .eq("name", "Alice");
  assert.equal(error, null);
  assert.deepEqual(data, [{
    who: "Alice",
    born: "1990-02-03",
    zip: "8000",
    langs: "de",
    tags: "a",
    id: ALICE,
    initial: "A",
  }]);
  const all = await forum.anon.from("posts").select().eq("id", 1).single();
  assert.equal(all.data?.published_at, "2026-01-02T03:04:05+00:00");
});

Deno.test("rest: embeds the one, the many, across junctions, itself, hinted, spread", async () => {
  await using forum = await openForum();
  const { data, error } = await forum.anon.from("people")
    .select(
      "name, profiles(bio), posts!author_id(title, labels(name), replies:posts!parent_id(id), " +
        "parent:parent_id(title)), written(id)",
    )
    .order("name").order("id", { referencedTable: "posts" })
    .order("name", { referencedTable: "posts.labels" });
  assert.equal(error, null);
  assert.deepEqual(data?.[0], {
    name: "Alice",
    profiles: { bio: "hello" },
    posts: [
      {
        title: "First words",
        labels: [{ name: "blue" }, { name: "red" }],
        replies: [{ id: 2 }, { id: 3 }],
        parent: null,
      },
      {
        title: "Second thoughts",
        labels: [{ name: "red" }],
        replies: [],
        parent: { title: "First words" },
      },
    ],
    written: [{ id: 1 }, { id: 2 }],
  });
  const spread = await forum.ask(
    "/posts?select=id,...people!posts_author_id_fkey(author:name),...labels(names:name)&order=id",
  );
  assert.deepEqual(await body(spread), [
    { id: 1, author: "Alice", names: ["red", "blue"] },
    { id: 2, author: "Alice", names: ["red"] },
    { id: 3, author: "Bob", names: [] },
  ]);
  const view = await forum.anon.from("post_titles").select("id, people(name), labels(name)")
    .eq("id", 2);
  assert.deepEqual(view.data, [{ id: 2, people: { name: "Alice" }, labels: [{ name: "red" }] }]);
});

Deno.test("rest: filters, limits and orders by embeds", async () => {
  await using forum = await openForum();
  const inner = await forum.anon.from("posts").select("id, author:people!author_id!inner(name)")
    .eq("author.name", "Bob");
  assert.deepEqual(inner.data, [{ id: 3, author: { name: "Bob" } }]);
  const limited = await forum.anon.from("people").select("name, posts!author_id(id)")
    .order("score", { referencedTable: "posts", ascending: false })
    .limit(1, { referencedTable: "posts" }).order("name");
  assert.deepEqual(limited.data, [
    { name: "Alice", posts: [{ id: 1 }] },
    { name: "Bob", posts: [{ id: 3 }] },
  ]);
  const missing = await forum.anon.from("people").select("name, profiles(bio)", { count: "exact" })
    .is("profiles", null);
  assert.deepEqual([missing.data, missing.count], [[{ name: "Bob", profiles: null }], 1]);
  const present = await forum.anon.from("posts").select("id, labels()").not("labels", "is", null)
    .order("id");
  assert.deepEqual(present.data, [{ id: 1 }, { id: 2 }]);
  const ordered = await forum.anon.from("posts").select("id, people!author_id()")
    .order("people(name)", { ascending: false }).order("id");
  assert.deepEqual(ordered.data, [{ id: 3 }, { id: 1 }, { id: 2 }]);
  const wrong = await forum.anon.from("posts").select("id, labels(id)").order("labels(id)");
  assert.equal(wrong.error?.code, "PGRST118");
  assert.equal((await forum.anon.from("posts").select("id").eq("x.id", 1)).error?.code, "PGRST108");
});

const FILTERS: readonly (readonly [string, readonly number[]])[] = [
  ["id=eq.1", [1]],
  ["id=neq.1", [2, 3]],
  ["id=not.eq.1", [2, 3]],
  ["score=gt.3&score=lte.9", [1, 3]],
  ["score=gte.5&score=lt.9", [1]],
  ["title=like.*ir*", [1, 3]],
  ["title=ilike.SEC*", [2]],
  ["title=like(any).{First*,Sec*}", [1, 2]],
  ["id=eq(any).{1,3}", [1, 3]],
  ["id=gt(all).{1,2}", [3]],
  ["title=match.^F", [1]],
  ["title=imatch.^f", [1]],
  ["id=in.(1,3)", [1, 3]],
  ["id=not.in.(1,3)", [2]],
  ["id=in.()", []],
  ['title=in.("Third, and \\"last\\"","First words")', [1, 3]],
  ["editor_id=is.null", [2, 3]],
  ["editor_id=not.is.null", [1]],
  [`editor_id=isdistinct.${BOB}`, [2, 3]],
  ["title=fts.words", [1]],
  ["title=plfts(english).second%20thought", [2]],
  ["title=phfts(english).first%20words", [1]],
  ["title=wfts(english).words%20or%20thoughts", [1, 2]],
  ["or=(id.eq.1,and(score.gt.5,title.like.T*))", [1, 3]],
  ["not.or=(id.eq.1,id.eq.2)", [3]],
  ["and=(id.gt.1,or(id.in.(2,5),not.and(score.gte.9,id.eq.3)))", [2]],
  ['or=(title.eq."Third, and \\"last\\"",id.eq.2)', [2, 3]],
  ["published_at=gt.2026-01-01&published_at=lt.2026-02-01", [1]],
];

Deno.test("rest: filters rows by every operator", async (test) => {
  await using forum = await openForum();
  for (const [query, ids] of FILTERS) {
    await test.step(query, async () => {
      const response = await forum.ask(`/posts?select=id&order=id&${query}`);
      assert.deepEqual(await body(response), ids.map((id) => ({ id })));
    });
  }
  const array = await forum.alice.from("people").select("name").contains("tags", ["a"]);
  assert.deepEqual(array.data, [{ name: "Alice" }]);
  const json = await forum.alice.from("people").select("name")
    .contains("extra", { langs: ["de"] }).eq("extra->city->zip", 8000).overlaps("tags", ["b"])
    .containedBy("tags", ["a", "b", "c"]).eq("mood", "happy").eq("born", "1990-02-03");
  assert.deepEqual(json.data, [{ name: "Alice" }]);
});

Deno.test("rest: pages with limits, ranges and counts", async () => {
  await using forum = await openForum();
  const page = await forum.anon.from("posts").select("id", { count: "exact" })
    .order("score", { ascending: false }).range(1, 1);
  assert.deepEqual([page.data, page.count, page.status], [[{ id: 1 }], 3, 206]);
  const ranged = await forum.ask("/posts?select=id&order=id", { headers: { range: "1-5" } });
  assert.deepEqual([ranged.status, ranged.headers.get("content-range")], [200, "1-2/*"]);
  assert.deepEqual(await body(ranged), [{ id: 2 }, { id: 3 }]);
  const beyond = await forum.anon.from("posts").select("id", { count: "exact" }).range(9, 12);
  assert.deepEqual([beyond.status, beyond.error?.code], [416, "PGRST103"]);
  const head = await forum.anon.from("posts").select("*", { count: "exact", head: true })
    .gt("id", 1);
  assert.deepEqual([head.count, head.data, head.status], [2, null, 200]);
  for (const count of ["planned", "estimated"] as const) {
    const guessed = await forum.anon.from("posts").select("id", { count });
    assert.equal(typeof guessed.count, "number");
  }
  const empty = await forum.ask("/posts?id=eq.0");
  assert.deepEqual([empty.headers.get("content-range"), await body(empty)], ["*/*", []]);
  const many = await forum.ask("/rpc/posts_of", {
    method: "POST",
    body: JSON.stringify({ person: ALICE }),
    headers: { prefer: "count=exact", "content-type": "application/json" },
  });
  assert.equal(many.headers.get("content-range"), "0-1/2");
  await many.body?.cancel();
  await forum.database.sql`insert into public.labels select n, 'l' from generate_series(10, 30) n`;
  assert.equal((await forum.anon.from("labels").select("id").limit(50)).data?.length, 5);
});

Deno.test("rest: answers one object, CSV, and without nulls", async () => {
  await using forum = await openForum();
  const one = await forum.anon.from("posts").select("id").eq("id", 2).single();
  assert.deepEqual(one.data, { id: 2 });
  const none = await forum.anon.from("posts").select("id").eq("id", 0).single();
  assert.deepEqual([none.status, none.error?.code, none.error?.details], [
    406,
    "PGRST116",
    "The result contains 0 rows",
  ]);
  assert.equal((await forum.anon.from("posts").select("id").eq("id", 0).maybeSingle()).data, null);
  const csv = await forum.anon.from("posts").select("id,title").order("id").csv();
  assert.equal(csv.data, 'id,title\n1,"First words"\n2,"Second thoughts"\n3,"Third, and ""last"""');
  const stripped = await forum.ask("/people?select=name,born&name=eq.Bob", {
    headers: { accept: "application/vnd.pgrst.array+json;nulls=stripped" },
  });
  assert.deepEqual(await body(stripped), [{ name: "Bob" }]);
});

Deno.test("rest: serves several schemas by profile", async () => {
  await using forum = await openForum();
  const other = await forum.anon.schema("other").from("things").select("name");
  assert.deepEqual(other.data, [{ name: "thing" }]);
  const wrong = await forum.anon.schema("auth").from("users").select("id");
  assert.deepEqual([wrong.status, wrong.error?.code], [406, "PGRST106"]);
});
