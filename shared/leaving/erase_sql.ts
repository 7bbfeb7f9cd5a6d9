/** @module Statements of deletion. */
import type { Sql } from "../platform/postgres.ts";

/** What a batch was about; `done` is the last, `busy` means that somebody else is at it. */
export type EraseStep =
  | "rooms"
  | "messages"
  | "posts"
  | "mentions"
  | "references"
  | "done"
  | "busy"
  | "none";

/** One stored object. */
export interface FileRow {
  readonly bucket: string;
  readonly path: string;
}

/** The person behind a key, and whether the caller may see them. */
export function selectPerson(sql: Sql, key: string) {
  return sql<{ id: string | null; is_visible: boolean }[]>`
    select p.id, private.present_profile(p.id) is not null as is_visible
    from (select private.profile_id_of(${key}) as id) p`;
}

/** Hides the caller and ends their sessions; gives the moment of erasure. */
export function requestDeletion(sql: Sql, immediate: boolean) {
  return sql`select private.request_deletion(${immediate})`;
}

/** People whose time has come. */
export function selectDue(sql: Sql, limit: number) {
  return sql<{ id: string }[]>`select d as id from private.due_deletions(${limit}::int) d`;
}

/** Erases one batch. */
export function eraseStep(sql: Sql, id: string, limit: number) {
  return sql<{ step: EraseStep }[]>`select private.erase_step(${id}, ${limit}::int) as step`;
}

/** Stored objects of a person. */
export function selectFiles(sql: Sql, id: string, limit: number) {
  return sql<FileRow[]>`select bucket, path from private.person_files(${id}, ${limit}::int)`;
}
