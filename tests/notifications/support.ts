/** @module What tests of notifications share: acting by table, and looking at what was sent. */
import type { Sql } from "../../shared/platform/postgres.ts";
import type { TestApp, TestPerson } from "../support/app.ts";

/** Runs statements as a person, under row-level security. */
export function actAs<T>(
  app: TestApp,
  { id, sessionId }: TestPerson,
  work: (sql: Sql) => Promise<T>,
): Promise<T> {
  const claims = { sub: id, role: "authenticated", session_id: sessionId };
  return app.deps.db.asViewer({ kind: "person", userId: id, sessionId, claims }, work);
}

/** Inserts a post by table, as the platform's own client does. */
export async function insertPost(
  app: TestApp,
  author: TestPerson,
  body: string,
  more: { parent?: string; visibility?: string } = {},
): Promise<string> {
  const { parent = null, visibility = "public" } = more;
  return await actAs(app, author, async (sql) => {
    const [row] = await sql<{ id: string }[]>`
      insert into public.posts (body, parent_id, visibility)
      values (${body}, ${parent}, ${visibility}) returning id`;
    return row?.id ?? "";
  });
}

/** Makes one person follow another. */
export async function follow(app: TestApp, follower: TestPerson, followee: TestPerson) {
  await actAs(
    app,
    follower,
    (sql) => sql`insert into public.follows (followee_id) values (${followee.id})`,
  );
}

/** Payloads that were sent on a person's own topic, oldest first. */
export async function sentTo(app: TestApp, person: TestPerson, event: string) {
  return await app.db.sql<{ payload: Record<string, unknown> }[]>`
    select payload from realtime.messages
    where topic = ${`user:${person.id}`} and event = ${event} order by inserted_at`;
}

/** Texts of a person's notifications, newest first. */
export async function textsOf(app: TestApp, person: TestPerson): Promise<string[]> {
  const { body } = await app.as(person).get("/notifications");
  return body.items.map(({ text }: { text: string }) => text);
}

/** Signs up several people at once. */
export async function signUpAll(app: TestApp, ...handles: string[]): Promise<TestPerson[]> {
  return await Promise.all(handles.map((handle) => app.signUp(handle)));
}
