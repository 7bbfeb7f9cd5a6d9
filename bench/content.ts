/** @module What writing a post and opening a large discussion cost beside the bare statements. */
import type { Sql } from "postgres";
import { measure, row } from "./measure.ts";
import type { World } from "./world.ts";

/** Posts of one person that stay below their limit, with those that warm up. */
const POSTS = 35;
const PAGES = 100;
/** Nodes of the discussion: a fifth answers the post, the others answer those. */
const COMMENTS = 10_000;
const BRANCHES = COMMENTS / 5;
const BODY = "A **post** about #benches with a few words in it, and nobody named.";

/** `POST /posts` beside the same row in a table with the same indexes and no triggers. */
async function measureWriting(sql: Sql, { reader }: World): Promise<string> {
  await sql`create schema bench`;
  await sql`create table bench.posts (like public.posts including all)`;
  const floor = await measure(
    "insert into a table without triggers",
    POSTS,
    () =>
      sql`insert into bench.posts (author_id, audience_owner_id, body)
        values (${reader.id}, ${reader.id}, ${BODY})`,
  );
  await sql`drop table bench.posts`;
  await sql`drop schema bench`;
  return row(
    floor,
    await measure("POST /posts", POSTS, () => reader.post("/posts", { body: BODY })),
  );
}

/** Puts a whole discussion below one post, without the triggers that tell of each answer. */
async function plantDiscussion(sql: Sql, { writer }: World): Promise<string> {
  const { id: root = "" } = await writer.post("/posts", { body: "What do you think?" });
  await sql.begin(async (within) => {
    await within`alter table public.posts disable trigger user`;
    await within`
      insert into public.posts (id, author_id, audience_owner_id, body, body_html, parent_id,
        root_id, published_at, created_at)
      select md5(${root} || n)::uuid, ${writer.id}, ${writer.id}, 'answer ' || n, '<p>answer</p>',
        case when n <= ${BRANCHES}::int then ${root}::uuid
          else md5(${root} || (n % ${BRANCHES}::int + 1))::uuid end,
        ${root}::uuid, now(), now() + n * interval '1 millisecond'
      from generate_series(1, ${COMMENTS}::int) n`;
    await within`alter table public.posts enable trigger user`;
  });
  await sql`analyze public.posts`;
  return root;
}

/** First pages of a discussion of 10,000 beside the keyset query of its ids. */
async function measureDiscussion(sql: Sql, world: World): Promise<string[]> {
  const root = await plantDiscussion(sql, world);
  const floor = await measure(
    "20 answers by keyset as owner",
    PAGES,
    () =>
      sql`select * from public.posts where parent_id = ${root} order by created_at, id limit 20`,
  );
  const path = `/posts/${root}/comments`;
  const lines: string[] = [];
  for (const query of ["", "?sort=newest", "?sort=best", "?sort=best&depth=4"]) {
    const name = `GET /posts/:id/comments${query}`;
    lines.push(row(floor, await measure(name, PAGES, () => world.reader.get(path + query))));
  }
  return lines;
}

/** Lines of the table about posts and their discussions. */
export async function measureContent(sql: Sql, world: World): Promise<string[]> {
  return [await measureWriting(sql, world), ...await measureDiscussion(sql, world)];
}
