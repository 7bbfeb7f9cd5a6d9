/** @module A small world of people, rooms, posts and calls, made by chance. */
import { openApp, type TestApp, type TestPerson, tokenFor } from "../support/app.ts";

/** A world, and what it remembers of what was done in it. */
export interface World {
  readonly app: TestApp;
  readonly random: () => number;
  readonly people: TestPerson[];
  readonly rooms: string[];
  readonly posts: string[];
  /** `person:room` of those who left a public channel by themselves; their socket may linger. */
  readonly left: Set<string>;
}

/** Who is where, and as what. */
export interface Membership {
  readonly room_id: string;
  readonly profile_id: string;
  readonly role: string;
  readonly banned: boolean;
  readonly kind: string;
  readonly is_private: boolean;
}

const PEOPLE = ["ada", "bob", "cem", "dot", "eve"];
const FOLLOWED = 0.5;
const KINDS = ["public", "followers", "mentioned"] as const;

/** One of several; nothing of none. */
export function pick<T>(world: Pick<World, "random">, from: readonly T[]): T | undefined {
  return from[Math.floor(world.random() * from.length)];
}

/** Somebody. */
export function anybody(world: World, ...but: (TestPerson | undefined)[]): TestPerson {
  const found = pick(world, world.people.filter((person) => !but.includes(person)));
  if (found === undefined) throw new Error("nobody is left");
  return found;
}

/** Everybody's places in rooms. */
export async function memberships({ app }: World): Promise<Membership[]> {
  return await app.db.sql<Membership[]>`
    select m.room_id, m.profile_id, m.role, m.banned, r.kind, r.is_private
    from public.room_members m join public.rooms r on r.id = m.room_id
    join public.profiles p on p.id = m.profile_id
    order by r.created_at, r.id, p.handle`;
}

/** Asks as somebody; a refusal is an answer too, a failure is none. */
export async function call(
  world: World,
  person: TestPerson,
  method: string,
  path: string,
  body?: unknown,
): Promise<Record<string, unknown> | undefined> {
  const answer = await world.app.as(person)
    .request(method, path, body === undefined ? {} : { body });
  if (answer.status >= 500 && answer.status !== 501) {
    throw new Error(`${method} ${path} answered ${answer.text}`);
  }
  return answer.status < 300 ? answer.body ?? {} : undefined;
}

/** Somebody signs in anew. */
export async function signIn(world: World, person: TestPerson): Promise<TestPerson> {
  const sessionId = crypto.randomUUID();
  await world.app.db.sql`
    insert into auth.sessions (id, user_id, created_at, updated_at, aal)
    values (${sessionId}, ${person.id}, now(), now(), 'aal1')`;
  const again = { ...person, sessionId };
  const made = { ...again, token: await tokenFor(again) };
  world.people.splice(world.people.indexOf(person), 1, made);
  return made;
}

/** Writes a post with some visibility. */
export async function writePost(world: World, author: TestPerson): Promise<void> {
  const named = anybody(world, author);
  const room = pick(world, world.rooms);
  const visibility = pick(world, [...KINDS, "room"]) ?? "public";
  const made = await call(world, author, "POST", "/posts", {
    body: `Good morning, @${named.handle}`,
    visibility,
    ...(visibility === "room" ? { room_id: room } : {}),
  });
  if (made !== undefined) world.posts.push(String(made["id"]));
}

async function makeRooms(world: World): Promise<void> {
  const [ada, bob, cem, dot] = world.people as [TestPerson, TestPerson, TestPerson, TestPerson];
  const make = async (owner: TestPerson, path: string, body: Record<string, unknown>) => {
    const made = await call(world, owner, "POST", path, body);
    if (made !== undefined) world.rooms.push(String(made["id"]));
  };
  await make(ada, "/rooms", { name: "Square", kind: "channel" });
  await make(bob, "/rooms", { name: "Market", kind: "channel" });
  await make(cem, "/rooms", { name: "Cellar", kind: "group" });
  await make(ada, "/dms", { user_ids: [dot.id] });
  await make(bob, "/dms", { user_ids: [cem.id] });
  for (const person of world.people) {
    for (const room of world.rooms.slice(0, 2)) {
      await call(world, person, "POST", `/rooms/${room}/join`);
    }
  }
  // Past the invitations, which have their own tests.
  await world.app.db.sql`
    insert into public.room_members (room_id, profile_id)
    select ${world.rooms[2] ?? ""}, p from unnest(${[ada.id, dot.id]}::uuid[]) p
    on conflict do nothing`;
}

/** Makes a world. */
export async function openWorld(
  random: () => number,
  breakIt = "",
): Promise<World & AsyncDisposable> {
  const app = await openApp();
  const people: TestPerson[] = [];
  for (const name of PEOPLE) people.push(await app.signUp(name));
  const world: World = { app, random, people, rooms: [], posts: [], left: new Set() };
  if (breakIt !== "") await app.db.sql.unsafe(breakIt);
  for (const one of people) {
    for (const other of people) {
      if (one !== other && random() < FOLLOWED) {
        await call(world, one, "POST", `/users/${other.id}/follow`);
      }
    }
  }
  const hermit = anybody(world);
  await call(world, hermit, "PATCH", `/users/${hermit.id}`, { is_private: true });
  await makeRooms(world);
  for (const person of people) await writePost(world, person);
  await app.runJobs();
  return { ...world, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}
