/** @module Statements of imports. */
import type { Sql } from "../platform/postgres.ts";

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

/** Those of the ids that have an account. */
export function selectAccounts(sql: Sql, ids: readonly string[]) {
  return sql<{ id: string }[]>`
    select p.id from public.profiles p where p.id = any (${[...ids]}::uuid[])`;
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

/** Makes accounts without password and address; the product's trigger gives them profiles. */
export async function insertAccounts(sql: Sql, accounts: readonly NewAccount[]): Promise<void> {
  await sql`
    insert into auth.users (id, instance_id, aud, role, raw_app_meta_data, raw_user_meta_data,
      confirmation_token, recovery_token, email_change_token_new, email_change,
      created_at, updated_at)
    select a.id, '00000000-0000-0000-0000-000000000000', 'authenticated', 'authenticated',
      '{"provider": "import", "providers": ["import"]}',
      jsonb_build_object('handle', a.handle, 'display_name', a.display_name),
      '', '', '', '', now(), now()
    from jsonb_to_recordset(${JSON.stringify(accounts)}::text::jsonb)
      as a (id uuid, handle text, display_name text)`;
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
  readonly created_at: string;
}

/** Those of the ids that an earlier run has written. */
export function selectWritten(sql: Sql, ids: readonly string[]) {
  return sql<{ id: string }[]>`
    select m.id from public.messages m where m.id = any (${[...ids]}::uuid[])`;
}

/** Adds old messages to a room and tells how many were new. */
export async function insertMessages(
  sql: Sql,
  room: string,
  messages: readonly OldMessage[],
): Promise<number> {
  const [row] = await sql<{ written: number }[]>`
    select private.import_messages(${room}, ${JSON.stringify(messages)}::text::jsonb) as written`;
  return row?.written ?? 0;
}
