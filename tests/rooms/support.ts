/** @module Rooms for tests, and what their members heard. */
import type { TestApp, TestPerson } from "../support/app.ts";

/** What was sent on a topic, oldest first. */
export interface Heard {
  readonly topic: string;
  readonly event: string;
  readonly is_private: boolean;
  /** Tests know its shape. */
  // deno-lint-ignore no-explicit-any
  readonly payload: any;
}

/** Everything sent on topics that begin so. */
export async function heardOn(app: TestApp, topic: string): Promise<Heard[]> {
  return await app.db.sql<Heard[]>`
    select topic, event, payload, private as is_private from realtime.messages
    where starts_with(topic, ${topic})
    order by payload ->> 'sent_at', payload ->> 'event_id'`;
}

/** Makes a room and lets people in; private ones past the doors that later phases build. */
export async function makeRoom(
  app: TestApp,
  owner: TestPerson,
  { members = [], isPrivate = false }: { members?: TestPerson[]; isPrivate?: boolean } = {},
) {
  const made = await app.as(owner).post("/rooms", { name: "Harbour", is_private: isPrivate });
  if (made.status !== 201) throw new Error(made.text);
  for (const member of members) {
    await app.db.sql`
      insert into public.room_members (room_id, profile_id) values (${made.body.id}, ${member.id})`;
  }
  return made.body as { id: string; topic: string; live_topic: string };
}

/** Makes two people follow each other, so that neither is a stranger. */
export async function befriend(app: TestApp, one: TestPerson, other: TestPerson): Promise<void> {
  await app.db.sql`
    insert into public.follows (follower_id, followee_id)
    values (${one.id}, ${other.id}), (${other.id}, ${one.id})`;
}

/** Gives a member a role, past the ranks. */
export async function setMemberRole(
  app: TestApp,
  room: { id: string },
  person: TestPerson,
  role: string,
): Promise<void> {
  await app.db.sql`
    update public.room_members set role = ${role}
    where room_id = ${room.id} and profile_id = ${person.id}`;
}

/** Mutes somebody in a room from now on, past the measures. */
export async function mute(
  app: TestApp,
  room: { id: string },
  person: TestPerson,
  length: string,
): Promise<void> {
  await app.db.sql`
    insert into private.room_member_states (room_id, profile_id, muted_until)
    values (${room.id}, ${person.id}, now() + ${length}::interval)
    on conflict (room_id, profile_id) do update set muted_until = excluded.muted_until`;
}

/** Runs one statement as a person does through the table API; gives its rows or its error code. */
export async function attempt(
  app: TestApp,
  person: TestPerson | undefined,
  statement: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<readonly Record<string, unknown>[] | string> {
  const claims = person === undefined
    ? { role: "anon" }
    : { role: "authenticated", sub: person.id, session_id: person.sessionId };
  try {
    return await app.db.sql.begin(async (sql) => {
      for (const [name, value] of Object.entries(settings)) {
        await sql`select set_config(${name}, ${value}, true)`;
      }
      await sql`select private.begin_request(${sql.json(claims)}::jsonb)`;
      return [...await sql.unsafe(statement)];
    });
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
}
