/** @module Following, blocking and muting. */
import { AppError } from "../core/errors.ts";
import type { ListQuery } from "../core/shapes.ts";
import type { AppDeps } from "../platform/deps.ts";
import { type Person, type Sql, viewerKey } from "../platform/postgres.ts";
import type { ProfileCard } from "../profiles/mod.ts";
import type { ListKind } from "./schemas.ts";
import {
  answerRequest,
  deleteBlock,
  deleteFollow,
  deleteFollower,
  deleteMute,
  insertBlock,
  insertFollow,
  insertMute,
  selectCard,
  selectList,
  selectPersonId,
} from "./sql.ts";

/** What the graph needs. */
export type GraphDeps = Pick<AppDeps, "db" | "cursors">;

/** A change from the viewer's side towards one other person. */
type Change = (sql: Sql, me: string, other: string) => Promise<unknown>;

/** Id of a person by id, handle or `me`. It does not ask whether the viewer may see them. */
export async function idOf(sql: Sql, key: string): Promise<string> {
  const [row] = await selectPersonId(sql, key);
  const id = row?.id ?? null;
  if (id === null) throw new AppError("not-found", "No such person");
  return id;
}

/** Makes a change and tells how the viewer stands to the person since. */
async function changeTowards(
  deps: GraphDeps,
  viewer: Person,
  key: string,
  change: Change,
): Promise<ProfileCard> {
  return await deps.db.asViewer(viewer, async (sql) => {
    const id = await idOf(sql, key);
    await change(sql, viewer.userId, id);
    const [row] = await selectCard(sql, id);
    if (row === undefined) throw new AppError("not-found", "No such person");
    return row.card;
  });
}

/** Follows a person, or asks to where the account is private. */
export function followPerson(deps: GraphDeps, viewer: Person, key: string) {
  return changeTowards(deps, viewer, key, (sql, _me, other) => insertFollow(sql, other));
}

/** Ends a follow, or withdraws the request for it. */
export async function unfollowPerson(deps: GraphDeps, viewer: Person, key: string) {
  await changeTowards(deps, viewer, key, deleteFollow);
}

/** Ends that a person follows the viewer. */
export async function removeFollower(deps: GraphDeps, viewer: Person, key: string) {
  await changeTowards(deps, viewer, key, deleteFollower);
}

/** Blocks a person: each becomes invisible to the other, and follows between them end. */
export function blockPerson(deps: GraphDeps, viewer: Person, key: string) {
  return changeTowards(deps, viewer, key, (sql, _me, other) => insertBlock(sql, other));
}

/** Takes a block back. */
export async function unblockPerson(deps: GraphDeps, viewer: Person, key: string) {
  await changeTowards(deps, viewer, key, deleteBlock);
}

/** Mutes a person. */
export function mutePerson(deps: GraphDeps, viewer: Person, key: string) {
  return changeTowards(deps, viewer, key, (sql, _me, other) => insertMute(sql, other));
}

/** Takes a mute back. */
export async function unmutePerson(deps: GraphDeps, viewer: Person, key: string) {
  await changeTowards(deps, viewer, key, deleteMute);
}

/** Accepts or rejects a request to follow the viewer. */
export function answerFollowRequest(
  deps: GraphDeps,
  viewer: Person,
  requester: string,
  accept: boolean,
) {
  return changeTowards(deps, viewer, requester, async (sql, _me, other) => {
    const [row] = await answerRequest(sql, other, accept);
    if (row?.answered !== true) {
      throw new AppError("not-found", "This person has not asked to follow you");
    }
  });
}

/**
 * Lists people: of anybody for followers, following and friends, else the viewer's own. Items are
 * null when the person does not show the list to the viewer.
 */
export async function listPeople(
  deps: GraphDeps,
  viewer: Person,
  list: { readonly of: string; readonly kind: ListKind },
  query: ListQuery,
) {
  const scope = { list: `${list.kind}:${list.of}`, viewer: viewerKey(viewer) };
  const after = deps.cursors.open(scope, query.cursor);
  const rows = await deps.db.read(
    viewer,
    (sql) => selectList(sql, list.of, list.kind, after, query.limit + 1),
  );
  const people = rows.filter((row) => row.id !== null);
  if (people.length < rows.length) return { items: null, next_cursor: null };
  const page = deps.cursors.page(scope, people, {
    limit: query.limit,
    keyOf: (row) => [row.at, row.id],
  });
  return { ...page, items: page.items.map(({ item }) => item) };
}
