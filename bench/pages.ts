/** @module The pages on which the cost of policies is measured: as query and as function. */

import type { Sql } from "postgres";

/** Rows of a page. */
const ROWS = 50;

/** A page of rows, and the same page with its policy's filters written out. */
export interface Page {
  readonly name: string;
  /** The query as a client sends it; `$1` is what `argument` finds. */
  readonly query: string;
  /** The same rows for `v_me`, as the body of a function with the parameter `p_about`. */
  readonly filtered: string;
  /** What the page is about, found as the owner; `$1` is the viewer. */
  readonly argument: string;
  readonly argumentType: "uuid" | "uuid[]";
}

const POST_COLUMNS = "p.id, p.author_id, p.body, p.visibility, p.parent_id, p.created_at";

/** Nobody who is in a block with the viewer, or whose account is hidden. */
function seen(person: string): string {
  return `not exists (select from private.block_sides b
      where b.profile_id = v_me and b.other_id = ${person} offset 0)
    and not exists (select from private.account_states s
      where s.profile_id = ${person} and s.hidden offset 0)`;
}

/** Somebody whose posts the viewer may read: not private, or followed. */
function open(person: string): string {
  return `(not exists (select from private.private_accounts a
      where a.profile_id = ${person} offset 0)
    or exists (select from public.follows f
      where f.follower_id = v_me and f.followee_id = ${person} offset 0))`;
}

/** What `posts_select_visible` says to somebody who is no moderator. */
const POST_FILTER = `(p.author_id = v_me
  or (p.status = 'published' or p.deleted_at is not null)
    and ${seen("p.author_id")}
    and (p.audience_owner_id = p.author_id or (${seen("p.audience_owner_id")}))
    and (p.audience_owner_id = v_me
      or case p.visibility
        when 'public' then true
        when 'followers' then coalesce(
          (select exists (select from private.audience_members n
              where n.audience_id = l.audience_id and n.profile_id = v_me)
            from private.post_audiences l where l.post_id = coalesce(p.root_id, p.id)),
          exists (select from public.follows f
            where f.follower_id = v_me and f.followee_id = p.audience_owner_id offset 0))
        when 'mentioned' then v_me = any (p.audience_ids)
        else exists (select from public.room_members m
          where m.room_id = p.room_id and m.profile_id = v_me and not m.banned offset 0) end
      and (p.visibility = 'room' or ${open("p.author_id")}
        and (p.audience_owner_id = p.author_id or ${open("p.audience_owner_id")}))))`;

const NO_ARGUMENT = { argument: "select $1::uuid as value", argumentType: "uuid" } as const;

/** Every kind of page that clients read by table. */
export const PAGES: readonly Page[] = [
  {
    name: "newest_posts",
    query: `select ${POST_COLUMNS} from public.posts p where $1::uuid is not null
      order by p.created_at desc, p.id desc limit 50`,
    filtered: `select ${POST_COLUMNS} from public.posts p where ${POST_FILTER}
      order by p.created_at desc, p.id desc limit 50`,
    ...NO_ARGUMENT,
  },
  {
    name: "posts_by_id",
    query: `select ${POST_COLUMNS} from public.posts p where p.id = any ($1::uuid[])`,
    filtered: `select ${POST_COLUMNS} from public.posts p
      where p.id = any (p_about) and ${POST_FILTER}`,
    argument:
      `select array(select s.id from (select p.id, row_number() over (order by p.id desc) as n
      from public.posts p where p.parent_id is null and p.visibility = 'public' limit 5000) s
      where s.n % 100 = 0) as value where $1::uuid is not null`,
    argumentType: "uuid[]",
  },
  {
    name: "profiles_by_id",
    query: `select p.id, p.handle, p.display_name, p.bio from public.profiles p
      where p.id = any ($1::uuid[])`,
    filtered: `select p.id, p.handle, p.display_name, p.bio from public.profiles p
      where p.id = any (p_about) and (p.id = v_me or (${seen("p.id")}))`,
    argument: `select array(select p.id from public.profiles p where p.id <> $1
      order by md5(p.handle) limit 50) as value`,
    argumentType: "uuid[]",
  },
  {
    name: "reactions_of_a_post",
    query: `select r.profile_id, r.kind, r.created_at from public.post_reactions r
      where r.post_id = $1::uuid order by r.profile_id limit 50`,
    filtered: `select r.profile_id, r.kind, r.created_at from public.post_reactions r
      where r.post_id = p_about and ${seen("r.profile_id")}
        and exists (select from public.posts p where p.id = p_about and ${POST_FILTER})
      order by r.profile_id limit 50`,
    // One that the viewer sees: of another, nothing but the refusal would be measured.
    argument: `select r.post_id as value from public.post_reactions r
      join public.posts p on p.id = r.post_id and p.status = 'published'
      where $1::uuid is not null and p.visibility = 'public'
        and not exists (select from private.private_accounts a
          where a.profile_id in (p.author_id, p.audience_owner_id))
        and not exists (select from private.account_states s
          where s.profile_id in (p.author_id, p.audience_owner_id) and s.hidden)
        and not exists (select from private.block_sides b
          where b.profile_id = $1 and b.other_id in (p.author_id, p.audience_owner_id))
      group by r.post_id order by count(*) desc limit 1`,
    argumentType: "uuid",
  },
  {
    name: "messages_of_a_room",
    query: `select m.id, m.seq, m.author_id, m.body, m.created_at from public.messages m
      where m.room_id = $1::uuid order by m.seq desc limit 50`,
    filtered: `select m.id, m.seq, m.author_id, m.body, m.created_at from public.messages m
      where m.room_id = p_about
        and exists (select from public.room_members i
          where i.room_id = p_about and i.profile_id = v_me and not i.banned)
        and not exists (select from private.block_sides b
          where b.profile_id = v_me and b.other_id = m.author_id and b.is_blocker offset 0)
        and not exists (select from private.account_states s
          where s.profile_id = m.author_id and s.hidden offset 0)
        and (m.status = 'published' or m.author_id = v_me)
      order by m.seq desc limit 50`,
    argument: `select r.id as value from public.rooms r join public.room_members m
      on m.room_id = r.id where m.profile_id = $1 order by r.last_seq desc limit 1`,
    argumentType: "uuid",
  },
  {
    name: "people_one_follows",
    query: `select f.followee_id, f.created_at from public.follows f where f.follower_id = $1::uuid
      order by f.created_at desc, f.followee_id desc limit 50`,
    filtered: `select f.followee_id, f.created_at from public.follows f
      where f.follower_id = v_me order by f.created_at desc, f.followee_id desc limit 50`,
    ...NO_ARGUMENT,
  },
];

/** The same page with another number of rows. */
export function resized(query: string, rows: number): string {
  return query.replaceAll(`limit ${ROWS}`, `limit ${rows}`);
}

/** The rows as one text, as the REST API asks for them. */
export function asJson(query: string): string {
  return `with page as (${query}) select coalesce(json_agg(page), '[]')::text as body from page`;
}

/** Makes one function for each page in a schema `bench`; `rows` is the size of a page. */
export async function makeFunctions(sql: Sql, rows = ROWS): Promise<void> {
  await sql.unsafe(`drop schema if exists bench cascade; create schema bench;
    grant usage on schema bench to authenticated;`);
  for (const { name, argumentType, filtered } of PAGES) {
    await sql.unsafe(`
      create function bench.${name}(p_about ${argumentType}) returns text
      language plpgsql stable security definer set search_path = '' as $$
      declare v_me constant uuid := (select auth.uid());
      begin
        return (${asJson(resized(filtered, rows))});
      end; $$;
      grant execute on function bench.${name} to authenticated;`);
  }
  await sql.unsafe(`alter schema bench owner to postgres`);
  await sql.unsafe(
    PAGES.map(({ name }) => `alter function bench.${name} owner to postgres;`).join("\n"),
  );
}
