/**
 * @module Rooms with millions of messages, made by SQL in sets and past triggers: few rooms are
 * large, most are small, and what is said in them lies mixed on the disk as it does in earnest.
 */
import type { Sql } from "postgres";

/** How much is said, by how many, and where. */
export interface ChatSize {
  readonly people: number;
  readonly rooms: number;
  readonly messages: number;
  /** Rooms of the reader, who is person 1. */
  readonly myRooms: number;
}

/** What the design was measured on. */
export const CHAT_SIZE: ChatSize = {
  people: 2_000,
  rooms: 20_000,
  messages: 10_000_000,
  myRooms: 200,
};

const SEED = 0.1121;
const ROWS_PER_INSERT = 500_000;
/** Half of the rooms have as much unread or less; the tenth with the most has 4.6 times that. */
const UNREAD_MEDIAN = 23;
const UNREAD_SPREAD = 1.19;
const MEMBERS = 20;
/** One room that was not looked into for long. */
const LEFT_BEHIND = 0.95;
/** One in so many is an answer in a thread. */
const THREAD_EVERY = 10;

async function makePeople(sql: Sql, { people }: ChatSize): Promise<void> {
  await sql`
    insert into auth.users (id, instance_id, aud, role, email, created_at, updated_at)
    select md5('person ' || n)::uuid, '00000000-0000-0000-0000-000000000000', 'authenticated',
      'authenticated', 'person' || n || '@chat.test', now(), now()
    from generate_series(1, ${people}::int) n`;
  await sql`
    insert into auth.sessions (id, user_id, created_at, updated_at, aal)
    select md5('session ' || n)::uuid, md5('person ' || n)::uuid, now(), now(), 'aal1'
    from generate_series(1, ${people}::int) n`;
  await sql`
    insert into public.profiles (id, handle, display_name)
    select md5('person ' || n)::uuid, 'person_' || n, 'Person ' || n
    from generate_series(1, ${people}::int) n`;
  await sql`
    insert into private.profile_settings (profile_id)
    select md5('person ' || n)::uuid from generate_series(1, ${people}::int) n
    on conflict do nothing`;
  await sql`
    insert into public.blocks (blocker_id, blocked_id)
    select md5('person 1')::uuid, md5('person ' || n * 97)::uuid from generate_series(1, 10) n`;
  await sql`
    insert into private.block_sides (profile_id, other_id, is_blocker)
    select b.blocker_id, b.blocked_id, true from public.blocks b
    union all select b.blocked_id, b.blocker_id, false from public.blocks b`;
}

async function makeRooms(sql: Sql, { people, rooms, myRooms }: ChatSize): Promise<void> {
  await sql`
    create table bench.rooms as
    select n, md5('room ' || n)::uuid as id, 0::bigint as last_seq
    from generate_series(1, ${rooms}::int) n`;
  await sql`create unique index on bench.rooms (n)`;
  await sql`
    insert into public.rooms (id, kind, name, is_private, created_at)
    select id, 'channel', 'Room ' || n, n % 4 = 0, now() - n * interval '1 minute'
    from bench.rooms`;
  await sql`
    insert into public.room_members (room_id, profile_id)
    select r.id, md5('person ' || 2 + (r.n * 31 + k * 97) % (${people}::int - 1))::uuid
    from bench.rooms r cross join generate_series(1, ${MEMBERS}::int) k
    union
    select r.id, md5('person 1')::uuid from bench.rooms r
    where r.n % (${rooms}::int / ${myRooms}::int) = 1`;
}

/** `row_number()` over all of them would sort all of them: each part goes on where the last was. */
async function makeMessages(sql: Sql, size: ChatSize, tell: (line: string) => void) {
  const { people, rooms, messages } = size;
  for (let from = 0; from < messages; from += ROWS_PER_INSERT) {
    const rows = Math.min(ROWS_PER_INSERT, messages - from);
    await sql`
      with said as (
        select n, 1 + floor(${rooms}::int * power(random(), 2))::int as room
        from generate_series(${from}::int + 1, ${from + rows}::int) n
      ), placed as (
        select s.n, r.id, s.room, r.last_seq + row_number() over (partition by s.room order by s.n)
          as seq
        from said s join bench.rooms r on r.n = s.room
      ), written as (
        insert into public.messages (id, room_id, seq, author_id, body, body_html, parent_id,
          screened_at, created_at)
        select overlay(md5('message ' || p.n) placing lpad(to_hex(1760000000000 + p.n), 12, '0')
            from 1 for 12)::uuid, p.id, p.seq,
          md5('person ' || 2 + (p.room * 31 + (p.n % ${MEMBERS}::int + 1) * 97)
            % (${people}::int - 1))::uuid,
          'Said as number ' || p.n || ', long enough to be a sentence of its own',
          '<p>Said as number ' || p.n || ', long enough to be a sentence of its own</p>',
          -- An answer to itself: what counts is only that it is one.
          case when p.n % ${THREAD_EVERY}::int = 0 then overlay(md5('message ' || p.n)
            placing lpad(to_hex(1760000000000 + p.n), 12, '0') from 1 for 12)::uuid end,
          now(), now() - (${messages}::int - p.n) * interval '1 second'
        from placed p order by p.n
      )
      update bench.rooms r set last_seq = x.seq
      from (select room, max(seq) as seq from placed group by room) x where x.room = r.n`;
    tell(`${from + rows} messages`);
  }
  await sql`
    update public.rooms p set last_seq = r.last_seq, last_message_at = now()
    from bench.rooms r where r.id = p.id and r.last_seq > 0`;
}

async function makeMarks(sql: Sql): Promise<void> {
  await sql`
    insert into private.room_member_states (room_id, profile_id, last_read_seq)
    select r.id, m.profile_id, greatest(0, case
      when r.n = 1 then floor(r.last_seq * (1 - ${LEFT_BEHIND}::float8))
      else r.last_seq - ceil(${UNREAD_MEDIAN}::int * exp(${UNREAD_SPREAD}::float8
        * random_normal())) end)::bigint
    from public.room_members m join bench.rooms r on r.id = m.room_id
    where m.profile_id = md5('person 1')::uuid`;
}

/** The floor of the design: newest posts with their counts, two plain tables. */
async function makeFloor(sql: Sql): Promise<void> {
  await sql`
    create table bench.posts as
    select md5('post ' || n)::uuid as id, md5('person ' || n % 2000)::uuid as author_id,
      'Said as number ' || n || ', long enough to be a sentence of its own' as body,
      now() - n * interval '1 second' as created_at
    from generate_series(1, 200000) n`;
  await sql`create index on bench.posts (created_at desc)`;
  await sql`
    create table bench.post_stats as
    select id as post_id, 1 as likes, 2 as comments, 3 as shares from bench.posts`;
  await sql`alter table bench.post_stats add primary key (post_id)`;
}

/** Fills an empty database; needs a superuser, because triggers are passed by. */
export async function buildChatTown(
  sql: Sql,
  size: ChatSize,
  tell: (line: string) => void = () => undefined,
): Promise<void> {
  const connection = await sql.reserve();
  try {
    await connection`set session_replication_role = replica`;
    await connection`set work_mem = '128MB'`;
    await connection`set maintenance_work_mem = '512MB'`;
    await connection`select setseed(${SEED})`;
    await connection`create schema bench`;
    // Made again at the end, which is faster than keeping them up to date.
    const indexes = await connection<{ name: string; definition: string }[]>`
      select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition
      from pg_index i where i.indrelid = 'public.messages'::regclass and not i.indisunique`;
    for (const { name } of indexes) await connection.unsafe(`drop index ${name}`);
    await makePeople(connection, size);
    await makeRooms(connection, size);
    await makeMessages(connection, size, tell);
    for (const { definition } of indexes) await connection.unsafe(definition);
    await makeMarks(connection);
    await makeFloor(connection);
    tell("indexes and marks");
    await connection`reset session_replication_role`;
    await connection`vacuum (analyze, freeze)`;
  } finally {
    connection.release();
  }
}
