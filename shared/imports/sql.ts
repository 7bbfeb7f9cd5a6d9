/** @module Statements of imports. */
import type { Sql } from "../platform/postgres.ts";
import type { Entity } from "../text/mod.ts";

/** Says that nobody is to be told of what this transaction writes. */
export async function beginBulk(sql: Sql): Promise<void> {
  await sql`select set_config('townsquare.bulk', 'on', true)`;
}

/** Waits until no other import looks for the same room or makes accounts. */
export async function lockImports(sql: Sql): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('imports', 0))`;
}

/** The oldest channel of a name. */
export function selectRoom(sql: Sql, name: string) {
  return sql<{ id: string }[]>`
    select r.id from public.rooms r where r.kind = 'channel' and r.name = ${name}
    order by r.created_at, r.id limit 1`;
}

/** A person by handle. */
export function selectPerson(sql: Sql, handle: string) {
  return sql<{ id: string }[]>`
    select p.id from public.profiles p where p.handle = ${handle.toLowerCase()}`;
}

/** Makes a public channel. */
export async function insertRoom(sql: Sql, name: string, owner: string | null): Promise<string> {
  const [room] = await sql<{ id: string }[]>`
    insert into public.rooms (kind, name, created_by) values ('channel', ${name}, ${owner})
    returning id`;
  if (room === undefined) throw new Error("The room was not made");
  if (owner !== null) {
    await sql`
      insert into public.room_members (room_id, profile_id, role)
      values (${room.id}, ${owner}, 'owner')`;
  }
  await sql`select private.emit('room.created', ${room.id}, ${owner})`;
  return room.id;
}

/** A room that an archive names. */
export interface NewRoom {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly isPrivate: boolean;
  readonly owner: string | null;
}

/** Makes a channel, unless an earlier run has. */
export async function insertNewRoom(sql: Sql, room: NewRoom): Promise<void> {
  const made = await sql`
    insert into public.rooms (id, kind, name, description, is_private, created_by)
    values (${room.id}, 'channel', ${room.name}, ${room.description}, ${room.isPrivate},
      ${room.owner})
    on conflict (id) do nothing returning id`;
  if (made.length === 0) return;
  if (room.owner !== null) {
    await sql`
      insert into public.room_members (room_id, profile_id, role)
      values (${room.id}, ${room.owner}, 'owner')`;
  }
  await sql`select private.emit('room.created', ${room.id}, ${room.owner})`;
}

/** Those of the ids that have an account. */
export function selectAccounts(sql: Sql, ids: readonly string[]) {
  return sql<{ id: string; handle: string }[]>`
    select p.id, p.handle from public.profiles p where p.id = any (${[...ids]}::uuid[])`;
}

/** A handle, what it looks like, and whether it may be taken. */
export interface HandleRow {
  readonly handle: string;
  readonly skeleton: string;
  readonly is_free: boolean;
}

/** Which handles may be taken. */
export function selectHandles(sql: Sql, handles: readonly string[]) {
  return sql<HandleRow[]>`
    select h as handle, private.handle_skeleton(h) as skeleton,
      private.handle_problem(h) is null as is_free
    from unnest(${[...handles]}::text[]) h`;
}

/** An account that nobody can sign in to. */
export interface NewAccount {
  readonly id: string;
  readonly handle: string;
  readonly display_name: string;
}

/** Makes accounts to which nobody can sign in, marked as authors of an archive. */
export async function insertAccounts(
  sql: Sql,
  format: string,
  accounts: readonly NewAccount[],
): Promise<void> {
  await sql`select private.make_imported_profiles(${format},
    ${JSON.stringify(accounts)}::text::jsonb)`;
}

/** Makes people members of a room. */
export async function insertMembers(
  sql: Sql,
  room: string,
  people: readonly string[],
): Promise<void> {
  await sql`
    insert into public.room_members (room_id, profile_id)
    select ${room}::uuid, p from unnest(${[...people]}::uuid[]) p
    on conflict do nothing`;
}

/** An old message. */
export interface OldMessage {
  readonly id: string;
  readonly author_id: string;
  readonly body: string;
  readonly body_html: string;
  /** As the tables keep them: whom a mention means is looked up when it is read. */
  readonly entities: readonly Omit<Entity, "user_id">[];
  readonly parent_id: string | null;
  readonly also_in_room: boolean;
  readonly created_at: string;
  readonly edited_at: string | null;
}

/** Those of the ids that an earlier run has written. */
export function selectWritten(sql: Sql, ids: readonly string[]) {
  return sql<{ id: string }[]>`
    select m.id from public.messages m where m.id = any (${[...ids]}::uuid[])`;
}

/** Those of the ids that are messages of a room which can be answered, with their threads. */
export function selectParents(sql: Sql, room: string, ids: readonly string[]) {
  return sql<{ id: string; thread_id: string }[]>`
    select m.id, coalesce(m.parent_id, m.id) as thread_id from public.messages m
    where m.id = any (${[...ids]}::uuid[]) and m.room_id = ${room} and m.deleted_at is null`;
}

/** What each text names, with the people behind its mentions. */
export function selectEntities(sql: Sql, rows: readonly { id: string; body: string }[]) {
  return sql<{ id: string; entities: Entity[] }[]>`
    select r.id, private.entities_of(r.body) as entities
    from unnest(${rows.map(({ id }) => id)}::uuid[], ${rows.map(({ body }) => body)}::text[])
      as r (id, body)`;
}

/**
 * Adds old messages to a room; those that are there stay as they are. For whom nothing was unread,
 * nothing is.
 */
export async function insertMessages(
  sql: Sql,
  room: string,
  messages: readonly OldMessage[],
): Promise<void> {
  const [row] = await sql<{ written: number }[]>`
    select private.import_messages(${room}, ${JSON.stringify(messages)}::text::jsonb) as written`;
  await sql`
    select private.keep_read(r.id, r.last_seq - ${row?.written ?? 0}::int)
    from public.rooms r where r.id = ${room}`;
}

/** An old reaction. */
export interface OldReaction {
  readonly message_id: string;
  readonly profile_id: string;
  readonly emoji: string;
}

/** Adds reactions to old messages. */
export async function insertReactions(sql: Sql, reactions: readonly OldReaction[]): Promise<void> {
  await sql`select private.import_reactions(${JSON.stringify(reactions)}::text::jsonb)`;
}
