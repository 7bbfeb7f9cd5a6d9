/** @module Statements about who follows, blocks and mutes whom. */
import type { CursorValue } from "../core/cursor.ts";
import type { Sql } from "../platform/postgres.ts";
import type { ProfileCard } from "../profiles/mod.ts";
import type { ListKind } from "./schemas.ts";

/** Reads the id behind an id, a handle or `me`. */
export function selectPersonId(sql: Sql, key: string) {
  return sql<{ id: string | null }[]>`select private.profile_id_of(${key}) as id`;
}

/** Reads a person with how the viewer stands to them. */
export function selectCard(sql: Sql, id: string) {
  return sql<{ card: ProfileCard }[]>`select private.profile_card(${id}) as card`;
}

/** Follows, or files a request where the person approves followers. */
export function insertFollow(sql: Sql, id: string) {
  return sql`insert into public.follows (followee_id) values (${id}) on conflict do nothing`;
}

/** Takes back a follow or the request for one. */
export async function deleteFollow(sql: Sql, me: string, id: string): Promise<void> {
  // In this order: a request that is granted meanwhile has become a follow by the second statement.
  await sql`delete from public.follow_requests where requester_id = ${me} and target_id = ${id}`;
  await sql`delete from public.follows where follower_id = ${me} and followee_id = ${id}`;
}

/** Removes a follower of the viewer. */
export function deleteFollower(sql: Sql, me: string, id: string) {
  return sql`delete from public.follows where follower_id = ${id} and followee_id = ${me}`;
}

/** Blocks a person. */
export function insertBlock(sql: Sql, id: string) {
  return sql`insert into public.blocks (blocked_id) values (${id}) on conflict do nothing`;
}

/** Takes a block back. */
export function deleteBlock(sql: Sql, me: string, id: string) {
  return sql`delete from public.blocks where blocker_id = ${me} and blocked_id = ${id}`;
}

/** Mutes a person. */
export function insertMute(sql: Sql, id: string) {
  return sql`insert into public.mutes (muted_id) values (${id}) on conflict do nothing`;
}

/** Takes a mute back. */
export function deleteMute(sql: Sql, me: string, id: string) {
  return sql`delete from public.mutes where muter_id = ${me} and muted_id = ${id}`;
}

/** Answers a request to follow the viewer; false when there is none. */
export function answerRequest(sql: Sql, requester: string, accept: boolean) {
  return sql<{ answered: boolean }[]>`
    select private.answer_follow_request(${requester}, ${accept}) as answered`;
}

/** Grants requests to follow an account that is public. */
export function acceptOpenRequests(sql: Sql, person: string, limit: number) {
  return sql`select private.accept_open_requests(${person}, ${limit}::int)`;
}

/** The only row of a list that the person asking may not see. */
export interface ClosedRow {
  readonly at: null;
  readonly id: null;
  readonly item: null;
}

/** A person in a list, with their place in it. */
export interface ListRow {
  readonly at: string;
  readonly id: string;
  readonly item: ProfileCard;
}

/** Reads a list of people, newest first. */
export function selectList(
  sql: Sql,
  key: string,
  kind: ListKind,
  after: readonly CursorValue[] | undefined,
  limit: number,
) {
  const [at, id] = after === undefined ? [null, null] : after as [string, string];
  return sql<(ListRow | ClosedRow)[]>`
    select at, id, item from private.follow_list(
      private.profile_id_of(${key}), ${kind}, ${at}::timestamptz, ${id}::uuid, ${limit}::int)`;
}
