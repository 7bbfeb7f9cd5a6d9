/** @module The seed: accounts that can sign in, and a story that reads well. */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import postgres from "postgres";
import { openApp, type TestApp } from "../support/app.ts";

const ROOT = join(dirname(import.meta.dirname ?? "."), "..");

/** Runs the seed as the platform does: as the role that owns the product's tables. */
async function seed(app: TestApp): Promise<void> {
  const text = await Deno.readTextFile(join(ROOT, "supabase", "seed.sql"));
  const sql = postgres(app.db.url, { max: 1, onnotice: () => undefined });
  try {
    await sql.unsafe(text).simple();
  } finally {
    await sql.end();
  }
}

async function countRows(app: TestApp): Promise<unknown> {
  const [row] = await app.db.sql`
    select (select count(*)::int from auth.users) as users,
      (select count(*)::int from auth.identities) as identities,
      (select count(*)::int from private.user_roles) as roles,
      (select count(*)::int from public.follows) as follows,
      (select count(*)::int from public.posts) as posts,
      (select count(*)::int from public.rooms) as rooms,
      (select count(*)::int from public.messages) as messages`;
  return row;
}

Deno.test("[ID-02] seed: everybody signs in, staff have their roles, twice changes nothing", async () => {
  await using app = await openApp({ services: true });
  await seed(app);
  const once = await countRows(app);
  await seed(app);

  assert.deepEqual(await countRows(app), once);
  const roles: Record<string, string[]> = {};
  for (const handle of ["ada", "grace", "linus", "mod", "admin"]) {
    const { status, body } = await app.anonymous.post("/auth/signin", {
      email: `${handle}@townsquare.test`,
      password: "townsquare",
    });
    assert.equal(status, 200, handle);
    assert.equal(body.user.handle, handle);
    const person = { id: body.user.id, handle, sessionId: "", token: body.session.access_token };
    roles[handle] = (await app.as(person).get("/auth/me")).body.roles;
  }
  assert.deepEqual(roles, { ada: [], grace: [], linus: [], mod: ["moderator"], admin: ["admin"] });
});

Deno.test("[ID-14] seed: the story is told by the people who wrote it", async () => {
  await using app = await openApp();
  await seed(app);

  const ada = await app.anonymous.get("/users/ada");
  const authors = await app.db.sql`
    select p.handle, count(*)::int as posts from public.posts x
    join public.profiles p on p.id = x.author_id group by 1 order by 1`;
  const [rooms] = await app.db.sql`
    select count(*) filter (where kind = 'channel')::int as channels,
      count(*) filter (where kind = 'group' and is_private)::int as groups from public.rooms`;

  assert.equal(ada.body.display_name, "Ada Lovelace");
  assert.equal(ada.body.counts.followers, 3);
  assert.deepEqual(authors.map(({ handle }) => handle), ["ada", "grace", "linus", "mod"]);
  assert.deepEqual(rooms, { channels: 1, groups: 1 });
});
