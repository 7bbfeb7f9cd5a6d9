/**
 * @module A whole town made by SQL in sets, past triggers: for measuring and for looking at plans.
 * The same size gives the same graph each time; only the times count back from now.
 */
import type { Sql, TransactionSql } from "postgres";

/** How much of everything there is. */
export interface TownSize {
  readonly people: number;
  /** Follows by each person, on the average. */
  readonly follows: number;
  readonly posts: number;
  readonly reactions: number;
  readonly rooms: number;
  readonly messages: number;
  readonly notifications: number;
  /** How many people each viewer is in a block with; half of the blocks are their own. */
  readonly viewerBlocks: number;
  /** How many people each viewer follows; viewer `n` is person `n`, counted from 1. */
  readonly viewers: readonly number[];
  /** Seed of `random()`, from -1 to 1, for a town unlike the others. */
  readonly seed?: number;
}

/** What the bench measures on. */
export const BENCH_TOWN: TownSize = {
  people: 100_000,
  follows: 20,
  posts: 500_000,
  reactions: 500_000,
  rooms: 2_000,
  messages: 200_000,
  notifications: 100_000,
  viewerBlocks: 1_000,
  viewers: [10, 1_000, 5_000],
};

/** Big enough for the planner to decide as it does in earnest. */
export const PLAN_TOWN: TownSize = {
  people: 20_000,
  follows: 10,
  posts: 50_000,
  reactions: 40_000,
  rooms: 3_000,
  messages: 40_000,
  notifications: 20_000,
  viewerBlocks: 200,
  viewers: [10, 1_000],
};

type Step = (sql: TransactionSql, size: TownSize) => Promise<unknown>;

/** The seed of `random()`: the graph is the same in every run. */
const SEED = 0.1121;
const DAYS = 60;
/** People in each room, the viewers not counted. */
const MEMBERS = 12;

async function makePeople(sql: TransactionSql, { people }: TownSize) {
  await sql`
    create temporary table person on commit drop as
    select n, md5('person ' || n)::uuid as id, random() < 0.1 as is_private
    from generate_series(1, ${people}::int) n`;
  await sql`create unique index on person (n)`;
  await sql`
    insert into auth.users (id, instance_id, aud, role, email, created_at, updated_at)
    select id, '00000000-0000-0000-0000-000000000000', 'authenticated', 'authenticated',
      'person' || n || '@town.test', now() - interval '90 days', now() from person`;
  await sql`
    insert into auth.sessions (id, user_id, created_at, updated_at, aal)
    select md5('session ' || n)::uuid, id, now(), now(), 'aal1' from person`;
  await sql`
    insert into public.profiles (id, handle, display_name, bio, is_private, created_at)
    select id, 'person_' || n, 'Person ' || n, 'Lives in house ' || n, is_private,
      now() - interval '90 days' + n * interval '1 second' from person`;
  await sql`insert into private.private_accounts (profile_id) select id from person
    where is_private`;
  await sql`
    insert into private.account_states (profile_id, banned_at)
    select id, now() from person where n % 100 = 50`;
  await sql`insert into private.profile_settings (profile_id) select id from person
    on conflict do nothing`;
}

/** Few are followed by many, and few follow many. */
async function makeGraph(
  sql: TransactionSql,
  { people, follows, viewers, viewerBlocks }: TownSize,
) {
  await sql`
    create temporary table edge on commit drop as
    select distinct f.n as follower, 1 + floor(${people}::int * power(random(),
      2.2))::int as followee
    from (select n, case when n <= ${viewers.length} then (${[...viewers]}::int[])[n] * 3 else
        least(5000, ceil(${follows}::int * exp(1.2 * random_normal() - 0.72) * 1.05)) end as degree
      from person) f cross join lateral generate_series(1, f.degree::int)`;
  await sql`
    insert into public.follows (follower_id, followee_id, created_at)
    select a.id, b.id, now() - random() * ${DAYS}::int * interval '1 day'
    from (select e.*, row_number() over (partition by e.follower order by md5(e.followee::text))
      as k
      from edge e where e.follower <> e.followee) e
    join person a on a.n = e.follower join person b on b.n = e.followee
    where e.follower > ${viewers.length} or e.k <= (${[...viewers]}::int[])[e.follower]
    order by a.id, b.id`;
  await sql`
    insert into public.blocks (blocker_id, blocked_id)
    select distinct case when k % 2 = 0 then v.id else o.id end, case when k % 2 = 0 then o.id
      else v.id end
    from person v cross join generate_series(1, ${viewerBlocks}::int) k
    join person o on o.n = ${viewers.length}::int + k * (${people}::int / (${viewerBlocks}::int +
      1))
    where v.n <= ${viewers.length}
    union
    select a.id, b.id from generate_series(1, ${people}::int / 5) k
    join person a on a.n = 1 + (k::bigint * 7919) % ${people}::int
    join person b on b.n = 1 + (k::bigint * 104729) % ${people}::int where a.n <> b.n
    on conflict do nothing`;
  await sql`
    insert into private.block_sides (profile_id, other_id, is_blocker)
    select b.blocker_id, b.blocked_id, true from public.blocks b
    union all select b.blocked_id, b.blocker_id, false from public.blocks b`;
  await sql`
    delete from public.follows f using public.blocks b
    where (f.follower_id, f.followee_id) in
      ((b.blocker_id, b.blocked_id), (b.blocked_id, b.blocker_id))`;
  await sql`
    insert into public.mutes (muter_id, muted_id)
    select a.id, b.id from generate_series(1, ${people}::int / 5) k
    join person a on a.n = 1 + (k::bigint * 6007) % ${people}::int
    join person b on b.n = 1 + (k::bigint * 15485863) % ${people}::int where a.n <> b.n
    on conflict do nothing`;
}

async function makeRooms(sql: TransactionSql, { people, rooms, viewers }: TownSize) {
  await sql`
    create temporary table house on commit drop as
    select n, md5('room ' || n)::uuid as id from generate_series(1, ${rooms}::int) n`;
  await sql`
    insert into public.rooms (id, kind, name, is_private, created_at)
    select id, 'channel', 'Room ' || n, n % 4 = 0, now() - n * interval '1 hour' from house`;
  await sql`
    insert into public.room_members (room_id, profile_id, joined_at)
    select h.id, p.id, now() - interval '50 days' from house h
    cross join generate_series(1, ${MEMBERS}::int) k
    join person p on p.n = 1 + (h.n::bigint * 7919 + k * 104729) % ${people}::int
    union all
    select h.id, p.id, now() - interval '50 days' from house h
    join person p on p.n <= ${viewers.length} where h.n <= 50
    on conflict do nothing`;
}

/** Ids that sort as they were made, as the product's own. */
function timedId(at: string, salt: string): string {
  return `overlay(md5(${salt}) placing lpad(to_hex((extract(epoch from ${at}) * 1000)::bigint),
    12, '0')
    || '7' from 1 for 13)::uuid`;
}

async function makePosts(sql: TransactionSql, { people, posts, rooms }: TownSize) {
  await sql`
    create temporary table paper on commit drop as
    select x.n, ${sql.unsafe(timedId("x.at", "'post ' || x.n"))} as id, x.at, x.root,
      1 + floor(${people}::int * power(random(), 1.6))::int as author,
      case when x.r < 0.8 then 'public' when x.r < 0.95 then 'followers' when x.r < 0.98
        then 'mentioned'
        else 'room' end as visibility
    from (select n, random() as r,
        now() - (${posts}::int - n + 1) * (${DAYS}::int * interval '1 day' / ${posts}::int) as at,
        case when n > 100 and random() < 0.3 then n - 1 - floor(power(random(), 3) * least(n - 2,
          5000))::int
          end as root
      from generate_series(1, ${posts}::int) n) x`;
  // An answer hangs on a post, never on another answer.
  await sql`update paper c set root = null from paper p where p.n = c.root and p.root is not null`;
  await sql`create unique index on paper (n)`;
  await sql`analyze paper`;
  await sql`
    insert into public.posts (id, author_id, body, body_html, visibility, room_id, parent_id,
      root_id,
      audience_owner_id, audience_ids, status, screened_at, created_at, published_at)
    select c.id, a.id, t.body, '<p>' || t.body || '</p>', r.visibility,
      case when r.visibility = 'room' then h.id end, p.id, p.id, o.id,
      case when r.visibility = 'mentioned' then array[v.id] else '{}' end,
      case when c.n % 500 = 0 then 'held' else 'published' end, c.at, c.at, c.at
    from paper c
    left join paper p on p.n = c.root
    join person a on a.n = c.author
    join person o on o.n = coalesce(p.author, c.author)
    cross join lateral (select coalesce(p.visibility, c.visibility) as visibility,
      coalesce(p.n, c.n) as root_n) r
    join house h on h.n = 1 + r.root_n % ${rooms}::int
    join person v on v.n = 1 + (r.root_n::bigint * 31) % ${people}::int
    cross join lateral (select 'Word' || c.n % 997 || ' of the ' || c.n || 'th page, street '
      || c.n % 89 || ' and house ' || c.n % 1009 as body) t
    order by c.n`;
}

async function makeReactions(sql: TransactionSql, { people, posts, reactions }: TownSize) {
  await sql`
    insert into public.post_reactions (post_id, profile_id, kind, created_at)
    select p.id, a.id, (array['like', 'like', 'love', 'laugh'])[1 + k % 4],
      now() - random() * interval '9 days'
    from (select k, 1 + floor(${posts}::int * (1 - power(random(), 4)))::int as post,
      1 + floor(${people}::int * random())::int as person from generate_series(1,
        ${reactions}::int) k) x
    join paper p on p.n = least(x.post, ${posts}::int) join person a on a.n = x.person
    on conflict do nothing`;
  // One that everybody has felt something about.
  await sql`
    insert into public.post_reactions (post_id, profile_id)
    select (select c.id from paper c join person a on a.n = c.author
      where c.root is null and c.visibility = 'public' and not a.is_private and c.n % 500 <> 0
        and not exists (select from public.blocks b where a.id in (b.blocked_id, b.blocker_id))
      order by c.n desc limit 1), id
    from person where n % 50 = 0 on conflict do nothing`;
  await sql`
    insert into private.counters (subject_id, kind, value)
    select post_id, 'reaction:' || kind, count(*) from public.post_reactions group by post_id,
      kind`;
}

/** What posts are about, who keeps them, who has passed them on, and how good answers are. */
async function makeLists(sql: TransactionSql, { people, viewers }: TownSize) {
  await sql`insert into public.hashtags (tag) select 'tag' || n from generate_series(0, 199) n`;
  await sql`
    insert into public.post_hashtags (post_id, tag, created_at)
    select p.id, 'tag' || floor(200 * power(random(), 3)), p.at from paper p where p.n % 3 = 0`;
  await sql`
    insert into public.post_mentions (post_id, profile_id, created_at)
    select p.id, a.id, p.at from paper p
    join person a on a.n = 1 + (p.n::bigint * 7919) % ${people}::int where p.n % 5 = 0`;
  await sql`
    insert into public.bookmarks (profile_id, post_id, created_at)
    select a.id, p.id, p.at from paper p
    join person a on a.n = 1 + (p.n::bigint * 104729) % ${people}::int
    where p.n % 4 = 0 and p.root is null
    union all
    select a.id, p.id, p.at from paper p join person a on a.n <= ${viewers.length}
    where p.n % 100 = 0 and p.root is null
    on conflict do nothing`;
  await sql`
    insert into public.shares (post_id, profile_id, created_at)
    select p.id, a.id, p.at + interval '1 hour' from paper p
    join person a on a.n = 1 + (p.n::bigint * 15485863) % ${people}::int
    where p.n % 10 = 0 and p.root is null and p.visibility = 'public'`;
  await sql`
    insert into private.comment_ranks (post_id, parent_id, rank)
    select c.id, p.id, private.comment_rank(0, 0, c.at) from paper c join paper p on p.n = c.root`;
}

async function makeMessages(sql: TransactionSql, { people, rooms, messages }: TownSize) {
  await sql`
    insert into public.messages (id, room_id, seq, author_id, body, body_html, screened_at,
      created_at)
    select ${sql.unsafe(timedId("m.at", "'message ' || m.n"))}, h.id,
      row_number() over (partition by h.id order by m.n), a.id, m.body, m.body, m.at, m.at
    from (select n, 'Said as number ' || n as body,
        now() - (${messages}::int - n) * (interval '50 days' / ${messages}::int) as at,
        1 + floor(${rooms}::int * power(random(), 2))::int as room from generate_series(1,
          ${messages}::int) n) m
    join house h on h.n = m.room
    join person a on a.n = 1 + (m.room::bigint * 7919 + (1 + m.n % ${MEMBERS}::int) * 104729) %
      ${people}::int`;
  await sql`
    update public.rooms r set last_seq = m.seq, last_message_at = m.at
    from (select room_id, max(seq) as seq, max(created_at) as at from public.messages
      group by room_id) m
    where m.room_id = r.id`;
}

async function makeNotifications(
  sql: TransactionSql,
  { people, notifications, viewers }: TownSize,
) {
  await sql`
    insert into public.notifications (id, recipient_id, type, actor_id, subject_type, subject_id,
      source_id, created_at)
    select ${
    sql.unsafe(timedId("n.at", "'notification ' || n.k"))
  }, r.id, 'follow', a.id, 'user', a.id,
      md5('source ' || n.k)::uuid, n.at
    from (select k, now() - k * interval '20 seconds' as at,
        case when k % 20 = 0 then 1 + k / 20 % ${viewers.length}
          else 1 + floor(${people}::int * random())::int
          end as recipient,
        1 + floor(${people}::int * random())::int as actor from generate_series(1,
          ${notifications}::int) k) n
    join person r on r.n = n.recipient join person a on a.n = n.actor where r.n <> a.n`;
}

const STEPS: readonly (readonly [name: string, step: Step])[] = [
  ["people", makePeople],
  ["follows, blocks and mutes", makeGraph],
  ["rooms", makeRooms],
  ["posts", makePosts],
  ["reactions", makeReactions],
  ["hashtags, mentions, bookmarks, shares", makeLists],
  ["messages", makeMessages],
  ["notifications", makeNotifications],
];

/** Fills an empty database; needs a superuser, because triggers are passed by. */
export async function buildTown(
  sql: Sql,
  size: TownSize,
  tell: (line: string) => void = () => undefined,
): Promise<void> {
  await sql.begin(async (within) => {
    await within`set local session_replication_role = replica`;
    await within`select setseed(${size.seed ?? SEED})`;
    for (const [name, step] of STEPS) {
      const startedAt = performance.now();
      await step(within, size);
      if (name === "people") await within`analyze person`;
      tell(`${name}: ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`);
    }
  });
  await sql`vacuum analyze`;
}
