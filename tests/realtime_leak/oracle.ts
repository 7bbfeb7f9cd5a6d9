/** @module Who may read what an event tells of: asked of the tables, as everybody, right then. */
import type { TransactionSql } from "postgres";
import type { TestApp, TestPerson } from "../support/app.ts";
import type { Heard } from "./ears.ts";

/** Whoever has not signed in. */
export const NOBODY: TestPerson = {
  id: "00000000-0000-0000-0000-000000000000",
  handle: "anonymous",
  sessionId: "00000000-0000-0000-0000-000000000000",
  token: "",
};

/** What a reader must be able to read. */
export interface Subject {
  readonly kind: "message" | "room" | "post" | "call" | "notification" | "receipt" | "topic";
  readonly id: string;
  /** Whose receipt. */
  readonly whose?: string;
}

/** The parts of a topic. */
export interface Topic {
  readonly name: string;
  readonly kind: string;
  readonly id: string;
}

type Payload = Readonly<Record<string, unknown>>;

/** Reads a topic's name. */
export function topicOf(name: string): Topic {
  const [kind = "", id = ""] = name.split(":");
  return { name, kind: name.endsWith(":live") ? "live" : kind, id };
}

function field(payload: Payload, ...path: string[]): unknown {
  return path.reduce<unknown>(
    (at, key) => typeof at === "object" && at !== null ? (at as Payload)[key] : undefined,
    payload,
  );
}

function idAt(payload: Payload, ...path: string[]): string {
  return String(field(payload, ...path) ?? "");
}

function ofMessage(payload: Payload, ...path: string[]): Subject[] {
  const message = field(payload, ...path) as Payload;
  // What is left of a message is its place, and that is the room's.
  return message["body"] === "" && message["status"] === "removed"
    ? [{ kind: "room", id: idAt(message, "room_id") }]
    : [{ kind: "message", id: idAt(message, "id") }];
}

function ofPost(payload: Payload, topic: Topic): Subject[] {
  const post = field(payload, "post") as Payload;
  // An id alone says no more than the count of the post whose topic this is.
  return Object.keys(post).length === 1
    ? [{ kind: "topic", id: topic.name }]
    : [{ kind: "post", id: idAt(post, "id") }];
}

const SUBJECTS: Readonly<Record<string, (payload: Payload, topic: Topic) => Subject[]>> = {
  "message.created": (payload) => ofMessage(payload, "message"),
  "message.updated": (payload) => ofMessage(payload, "message"),
  "message.deleted": (payload) => ofMessage(payload, "message"),
  "pin.changed": (payload) => [{ kind: "message", id: idAt(payload, "message_id") }],
  "receipt.changed": (payload) => [
    { kind: "receipt", id: idAt(payload, "message_id"), whose: idAt(payload, "user_id") },
  ],
  "room.updated": (payload) => [{ kind: "room", id: idAt(payload, "room", "id") }],
  "member.changed": (payload) => [{ kind: "room", id: idAt(payload, "room_id") }],
  "room.rekeyed": (payload) => [{ kind: "room", id: idAt(payload, "room_id") }],
  "call.changed": (payload) => [
    {
      kind: "call",
      id: "call_id" in payload ? idAt(payload, "call_id") : idAt(payload, "call", "id"),
    },
  ],
  "call.ringing": (payload) => [{ kind: "call", id: idAt(payload, "call", "id") }],
  "call.rekeyed": (payload) => [{ kind: "call", id: idAt(payload, "call_id") }],
  "notification.created": (payload) => [
    { kind: "notification", id: idAt(payload, "notification", "id") },
  ],
  "unread.changed": (payload) => [
    { kind: "room", id: idAt(payload, "room_id") },
    ...(field(payload, "last_message") ? ofMessage(payload, "last_message") : []),
  ],
  "post.available": (payload) => [{ kind: "post", id: idAt(payload, "post_id") }],
  "post.updated": ofPost,
  "comment.created": ofPost,
  "reaction.changed": (payload) => [
    "post_id" in payload
      ? { kind: "post", id: idAt(payload, "post_id") }
      : { kind: "message", id: idAt(payload, "message_id") },
  ],
  // These name a room that one is out of, a session that is over, what one has read oneself.
  "room.removed": (_, topic) => [{ kind: "topic", id: topic.name }],
  "notification.read": (_, topic) => [{ kind: "topic", id: topic.name }],
};

/** For its owner's devices, also for the one whose session it was. */
export const FOR_THE_REVOKED = "session.revoked";

/** What an event tells of. An event that nobody has thought about is an error. */
export function subjectsOf({ event, payload, topic }: Heard): Subject[] {
  const find = SUBJECTS[event];
  if (find === undefined) throw new Error(`nobody has said who may hear of ${event}`);
  const subjects = find(payload, topicOf(topic));
  for (const { kind, id } of subjects) {
    if (id === "") throw new Error(`${event} names no ${kind}: ${JSON.stringify(payload)}`);
  }
  return subjects;
}

/** Who somebody is now. */
export interface Standing {
  /** The session is live and the account not banned. */
  readonly reads: boolean;
}

/** Answers for one session. */
export interface Answers extends Standing {
  /** By topic: may it be joined now? */
  readonly joins: ReadonlyMap<string, boolean>;
  /** Topics of rooms that one is in, and of calls there, whether one is in those or not. */
  readonly near: ReadonlySet<string>;
  /** In the order of the subjects: may it be read now? */
  readonly subjects: readonly boolean[];
}

/** May a session be on topics, as far as places in rooms and calls say? */
async function selectPlaces(sql: TransactionSql, person: TestPerson, asked: readonly Topic[]) {
  return await sql<{ joins: boolean; member: boolean }[]>`
    select m.profile_id is not null as member, case t.kind
        when 'call' then m.profile_id is not null and t.name = 'call:' || c.id || ':' || c.epoch
          and exists (select from private.call_participants p where p.call_id = c.id
            and p.profile_id = ${person.id} and p.state = 'joined' and c.ended_at is null)
        when 'user' then t.id = ${person.id} when 'feed' then t.id = ${person.id}
        when 'post' then true
        else m.profile_id is not null and split_part(t.name, ':', 3) = r.epoch::text end as joins
    from unnest(${asked.map(({ name }) => name)}::text[], ${asked.map(({ kind }) => kind)}::text[],
      ${asked.map(({ id }) => id)}::uuid[]) with ordinality as t (name, kind, id, n)
    left join public.calls c on t.kind = 'call' and c.id = t.id
    left join public.room_members m on m.profile_id = ${person.id} and not m.banned
      and m.room_id = case when t.kind in ('room', 'live') then t.id else c.room_id end
    left join public.rooms r on r.id = m.room_id
    order by t.n`;
}

/** What the caller of the transaction sees of its tables. */
async function selectSeen(sql: TransactionSql, subjects: readonly Subject[]) {
  return await sql<{ seen: boolean }[]>`
    select case s.kind
      when 'message' then exists (select from public.messages m where m.id = s.id::uuid)
      when 'room' then exists (select from public.room_members m
        where m.room_id = s.id::uuid and m.profile_id = (select auth.uid()))
      when 'call' then exists (select from public.calls c where c.id = s.id::uuid)
      when 'notification' then exists (select from public.notifications n where n.id = s.id::uuid)
      when 'receipt' then exists (select from public.message_receipts r
        where r.message_id = s.id::uuid and r.profile_id = s.whose::uuid)
      else true end as seen
    from unnest(${subjects.map(({ kind }) => kind)}::text[],
      ${subjects.map(({ id }) => id)}::text[],
      ${subjects.map(({ whose }) => whose ?? null)}::text[])
      with ordinality as s (kind, id, whose, n) order by s.n`;
}

/** Whoever has blocked a member still hears them in the room: the room is the boundary. */
async function selectShared(sql: TransactionSql, person: TestPerson, subjects: readonly Subject[]) {
  return await sql<{ seen: boolean }[]>`
    select s.kind = 'message' and exists (
      select from public.messages m
      join public.room_members r on r.room_id = m.room_id and r.profile_id = ${person.id}
      join public.blocks b on b.blocker_id = r.profile_id and b.blocked_id = m.author_id
      where m.id::text = s.id and not r.banned and m.status = 'published') as seen
    from unnest(${subjects.map(({ kind }) => kind)}::text[],
      ${subjects.map(({ id }) => id)}::text[]) with ordinality as s (kind, id, n) order by s.n`;
}

/** Asks for one session, as that session. Policies of topics are not asked: they are on trial. */
export async function ask(
  { app }: { readonly app: TestApp },
  person: TestPerson,
  topics: readonly string[],
  subjects: readonly Subject[],
): Promise<Answers> {
  const role = person === NOBODY ? "anon" : "authenticated";
  const claims = { role, sub: person.id, session_id: person.sessionId };
  const asked = topics.map(topicOf);
  const asPosts = [...asked, ...subjects].filter(({ kind }) => kind === "post");
  return await app.db.sql.begin(async (sql) => {
    const [standing] = await sql<{ reads: boolean }[]>`
      select (${role} = 'anon' or exists (
          select from auth.sessions s where s.id = ${person.sessionId}))
        and private.account_state(${person.id}) <> 'banned' as reads`;
    if (standing?.reads !== true) {
      const joins = new Map(topics.map((topic) => [topic, false]));
      return { reads: false, joins, near: new Set(), subjects: subjects.map(() => false) };
    }
    const places = await selectPlaces(sql, person, asked);
    const shared = subjects.length === 0 ? [] : await selectShared(sql, person, subjects);
    await sql`select set_config('request.jwt.claims',
      ${
      JSON.stringify(person === NOBODY ? { role } : claims)
    }, true), set_config('role', ${role}, true)`;
    const posts = await sql<{ id: string }[]>`
      select id from public.posts where id = any (${asPosts.map(({ id }) => id)}::uuid[])`;
    const visible = new Set(posts.map(({ id }) => id));
    // Whoever has not signed in has no rights on other tables.
    const seen = subjects.length === 0 || person === NOBODY ? [] : await selectSeen(sql, subjects);
    const isVisible = ({ kind, id }: Subject | Topic) => kind !== "post" || visible.has(id);
    const isSeen = ({ kind }: Subject, n: number) =>
      person === NOBODY
        ? ["post", "topic"].includes(kind)
        : seen[n]?.seen === true || shared[n]?.seen === true;
    return {
      reads: true,
      joins: new Map(
        asked.map((topic, n) => [topic.name, places[n]?.joins === true && isVisible(topic)]),
      ),
      near: new Set(topics.filter((_, n) => places[n]?.member === true)),
      subjects: subjects.map((subject, n) => isVisible(subject) && isSeen(subject, n)),
    };
  });
}

/**
 * May somebody who may join a topic speak there now? As they may write in the room, unless they
 * hide that they type.
 */
export async function maySpeak(app: TestApp, person: TestPerson, topic: string): Promise<boolean> {
  const { kind, id } = topicOf(topic);
  if (kind !== "live" && kind !== "call") return false;
  const refused = await app.db.sql.begin(async (sql) => {
    const [standing] = await sql<{ writes: boolean }[]>`
      select private.account_state(${person.id}) = 'active' and not exists (
          select from private.account_states a
          where a.profile_id = ${person.id} and a.muted_until > now())
        -- Whoever looks at what waits in their requests does so unseen.
        and not (${kind} = 'live' and exists (select from private.message_requests q
          where q.room_id = ${id} and q.profile_id = ${person.id} and q.state <> 'accepted'))
        and not (${kind} = 'live' and coalesce(
          (select s.hide_typing from private.room_member_states s
            where s.profile_id = ${person.id} and s.room_id = ${id}),
          (select s.hide_typing from private.profile_settings s
            where s.profile_id = ${person.id}), false)) as writes`;
    if (standing?.writes !== true) return true;
    await sql`select private.require_may_write(coalesce(
      (select c.room_id from public.calls c where c.id = ${id}), ${id}), ${person.id})`;
    return false;
  }).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && /^PT40[34]$/.test(String(error.code))) {
      return true;
    }
    throw error;
  });
  return !refused;
}
