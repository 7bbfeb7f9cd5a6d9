/** @module Who may do what to which row of posts, straight at the tables, as the REST API does. */
import assert from "node:assert/strict";
import { type Sql, type TransactionSql } from "postgres";
import { openDatabase, type TestDatabase } from "../support/database.ts";
import { signUp, type TestPerson } from "../support/app.ts";

type Viewer = TestPerson | "anon";

/** Runs work as somebody and takes it back. */
async function as<T>(db: TestDatabase, viewer: Viewer, work: (sql: TransactionSql) => Promise<T>) {
  const claims = viewer === "anon"
    ? { role: "anon" }
    : { role: "authenticated", sub: viewer.id, session_id: viewer.sessionId };
  const undo = new Error("undo");
  let result: { value: T } | undefined;
  try {
    await db.sql.begin(async (sql) => {
      await sql`select private.begin_request(${JSON.stringify(claims)}::text::jsonb)`;
      result = { value: await work(sql) };
      throw undo;
    });
  } catch (error) {
    if (error !== undo) throw error;
  }
  assert.ok(result);
  return result.value;
}

async function refused(code: string, work: Promise<unknown>): Promise<void> {
  await assert.rejects(work, (error: Error & { code?: string }) => {
    assert.equal(error.code, code, error.message);
    return true;
  });
}

async function cast(db: TestDatabase) {
  const people = {
    author: await signUp(db, "author"),
    follower: await signUp(db, "follower"),
    stranger: await signUp(db, "stranger"),
    mentioned: await signUp(db, "mentioned"),
    blocked: await signUp(db, "blocked"),
    blocker: await signUp(db, "blocker"),
    mod: await signUp(db, "mod_erator"),
  };
  const { author, follower, blocked, blocker, mod } = people;
  await db
    .sql`insert into follows (follower_id, followee_id) values (${follower.id}, ${author.id})`;
  await db.sql`insert into blocks (blocker_id, blocked_id)
    values (${author.id}, ${blocked.id}), (${blocker.id}, ${author.id})`;
  await db.sql`insert into private.user_roles (profile_id, role) values (${mod.id}, 'moderator')`;
  return people;
}

async function write(sql: Sql, author: TestPerson, visibility: string, more: object = {}) {
  const row = { author_id: author.id, body: `${visibility} @mentioned`, visibility, ...more };
  const [made] = await sql<{ id: string }[]>`insert into posts ${sql(row)} returning id`;
  return made?.id ?? "";
}

async function sees(db: TestDatabase, viewer: Viewer, id: string): Promise<boolean> {
  const rows = await as(db, viewer, (sql) => sql`select id from posts where id = ${id}`);
  return rows.length === 1;
}

Deno.test("posts policies: who sees what, for each kind of reader", async () => {
  await using db = await openDatabase({ template: "product" });
  const people = await cast(db);
  const { author, follower } = people;
  const posts = {
    public: await write(db.sql, author, "public"),
    followers: await write(db.sql, author, "followers"),
    mentioned: await write(db.sql, author, "mentioned"),
    held: await write(db.sql, author, "public", { status: "held" }),
    removed: await write(db.sql, author, "public", { status: "removed" }),
  };
  const comments = {
    public: await write(db.sql, follower, "public", { parent_id: posts.public }),
    followers: await write(db.sql, follower, "public", { parent_id: posts.followers }),
  };
  const expected: [Viewer, (keyof typeof posts)[]][] = [
    ["anon", ["public"]],
    [people.author, ["public", "followers", "mentioned", "held", "removed"]],
    [people.follower, ["public", "followers"]],
    [people.stranger, ["public"]],
    [people.mentioned, ["public", "mentioned"]],
    [people.blocked, []],
    [people.blocker, []],
    [people.mod, ["public", "held", "removed"]],
  ];
  for (const [viewer, visible] of expected) {
    const name = viewer === "anon" ? viewer : viewer.handle;
    for (const [kind, id] of Object.entries(posts)) {
      const should = visible.some((one) => one === kind);
      assert.equal(await sees(db, viewer, id), should, `${name} and ${kind}`);
    }
    for (const kind of ["public", "followers"] as const) {
      const should = visible.includes(kind);
      assert.equal(await sees(db, viewer, comments[kind]), should, `${name}, comment on ${kind}`);
    }
  }
  await db.sql`update profiles set is_private = true where id = ${author.id}`;
  for (const viewer of ["anon", people.stranger, people.mentioned] as const) {
    assert.equal(await sees(db, viewer, posts.public), false, "a private account");
    assert.equal(await sees(db, viewer, comments.public), false, "below a private account's post");
  }
  assert.equal(await sees(db, people.follower, posts.public), true);
});

Deno.test("posts policies: authors, counters, states and times cannot be forged", async () => {
  await using db = await openDatabase({ template: "product" });
  const { author, stranger } = await cast(db);
  const id = await write(db.sql, author, "public");
  const forged = [
    { author_id: stranger.id },
    { author_id: author.id },
    { status: "published" },
    { body_html: "<script>" },
    { created_at: "2001-01-01" },
    { audience_owner_id: stranger.id },
    { hashtags: ["x"] },
  ];
  for (const fields of forged) {
    const insert = as(db, stranger, (sql) => {
      return sql`insert into posts ${sql({ body: "forged", ...fields })}`;
    });
    await refused("42501", insert);
    const update = as(db, author, (sql) => sql`update posts set ${sql(fields)} where id = ${id}`);
    await refused("42501", update);
  }
  await refused("42501", as(db, "anon", (sql) => sql`insert into posts (body) values ('x')`));
  await refused(
    "42501",
    as(db, stranger, (sql) => {
      return sql`insert into post_hashtags (post_id, tag) values (${id}, 'x')`;
    }),
  );
  await refused(
    "42501",
    as(db, stranger, (sql) => {
      return sql`insert into post_reactions (post_id, profile_id) values (${id}, ${author.id})`;
    }),
  );
  for (const viewer of [stranger, author]) {
    const own = viewer === author ? 1 : 0;
    const changed = await as(
      db,
      viewer,
      (sql) => sql`update posts set body = 'x' where id = ${id}`,
    );
    assert.equal(changed.count, own);
    const deleted = await as(db, viewer, (sql) => sql`delete from posts where id = ${id}`);
    assert.equal(deleted.count, own);
  }
});

Deno.test("posts policies: nobody answers, quotes or likes what they do not see", async () => {
  await using db = await openDatabase({ template: "product" });
  const { author, follower, stranger, blocked } = await cast(db);
  const [open, closed] = [
    await write(db.sql, author, "public"),
    await write(db.sql, author, "followers"),
  ];
  for (const [viewer, id] of [[stranger, closed], [blocked, open]] as const) {
    for (const column of ["parent_id", "quoted_id"]) {
      const row = { body: "x", [column]: id };
      await refused("PT404", as(db, viewer, (sql) => sql`insert into posts ${sql(row)}`));
    }
    const like = as(db, viewer, (sql) => sql`insert into post_reactions (post_id) values (${id})`);
    await refused("42501", like);
  }
  const quote = as(db, follower, (sql) => {
    return sql`insert into posts (body, quoted_id) values ('x', ${closed})`;
  });
  await refused("PT403", quote);
  const like = await as(db, follower, (sql) => {
    return sql`insert into post_reactions (post_id) values (${closed}) returning kind, profile_id`;
  });
  assert.deepEqual({ ...like[0] }, { kind: "like", profile_id: follower.id });
  const seen = await as(db, stranger, (sql) => sql`select * from post_mentions`);
  assert.deepEqual(seen.map(({ post_id }) => post_id), [open]);
});

Deno.test("[PO-08] posts policies: an upsert sets one's reaction, and none moves to another post", async () => {
  await using db = await openDatabase({ template: "product" });
  const { author, stranger } = await cast(db);
  const [one, other] = [
    await write(db.sql, author, "public"),
    await write(db.sql, author, "public"),
  ];
  // As the REST API has it: every column that is named is set, the key among them.
  const upsert = (sql: TransactionSql, kind: string) =>
    sql`insert into post_reactions (post_id, kind) values (${one}, ${kind})
      on conflict (post_id, profile_id) do update
      set post_id = excluded.post_id, kind = excluded.kind returning kind, profile_id`;
  await as(db, stranger, async (sql) => {
    for (const kind of ["like", "wow", "wow"]) {
      const [made] = await upsert(sql, kind);
      assert.deepEqual({ ...made }, { kind, profile_id: stranger.id });
    }
    const [count] =
      await sql`select private.post_reaction_list(private.post_counts(${one})) as list`;
    assert.deepEqual(count?.list, [{ kind: "wow", count: 1 }]);
  });
  const move = as(db, stranger, async (sql) => {
    await upsert(sql, "like");
    await sql`update post_reactions set post_id = ${other} where post_id = ${one}`;
  });
  await refused("PT403", move);
});

Deno.test("posts policies: a person who goes takes their posts along", async () => {
  await using db = await openDatabase({ template: "product" });
  const { author, follower } = await cast(db);
  const id = await write(db.sql, author, "public");
  const answer = await write(db.sql, follower, "public", { parent_id: id });
  await write(db.sql, author, "public", { parent_id: answer });
  await db.sql`insert into post_reactions (post_id, profile_id) values (${id}, ${follower.id})`;
  await db.sql`delete from auth.users where id = ${author.id}`;
  const left = await db.sql`select 1 from posts where author_id = ${author.id}`;
  assert.equal(left.length, 0);
});
