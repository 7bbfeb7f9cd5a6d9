/** @module What people do to each other, by chance: each of these may change who hears what. */
import type { TestPerson } from "../support/app.ts";
import {
  anybody,
  call,
  type Membership,
  memberships,
  pick,
  signIn,
  type World,
  writePost,
} from "./world.ts";

/** Something that is done. The answer says it in words. */
export type Action = (world: World) => Promise<string>;

const RANKS = ["member", "moderator", "admin", "owner"];
/** Fewer make no society. */
const PEOPLE_MIN = 4;
const COMMENTS_AFTER_BLOCK = 4;
const EMOJI = encodeURIComponent("👍");

function named(world: World, id: string): TestPerson {
  return world.people.find((person) => person.id === id) ?? anybody(world);
}

/** A member who ranks above another, and that one. */
async function ranked(world: World) {
  const all = (await memberships(world)).filter(({ banned }) => !banned);
  const pairs = all.flatMap((upper) =>
    all.filter((lower) =>
      lower.room_id === upper.room_id && upper.kind !== "direct" &&
      RANKS.indexOf(lower.role) < RANKS.indexOf(upper.role) && RANKS.indexOf(upper.role) > 0
    ).map((lower) => ({ upper, lower }))
  );
  const inCalls = await world.app.db.sql<{ room_id: string; profile_id: string }[]>`
    select c.room_id, p.profile_id from public.calls c
    join private.call_participants p on p.call_id = c.id and p.state = 'joined'
    where c.ended_at is null`;
  const first = pairs.filter(({ lower }) =>
    inCalls.some(({ room_id, profile_id }) =>
      room_id === lower.room_id && profile_id === lower.profile_id
    )
  );
  return pick(world, first.length > 0 ? first : pairs);
}

async function member(
  world: World,
  fits: (row: Membership) => boolean = () => true,
): Promise<{ person: TestPerson; room: string; row: Membership } | undefined> {
  const row = pick(world, (await memberships(world)).filter((one) => !one.banned && fits(one)));
  return row && { person: named(world, row.profile_id), room: row.room_id, row };
}

async function measure(world: World, method: string, path: (room: string, who: string) => string) {
  const pair = await ranked(world);
  if (pair === undefined) return "nobody is above anybody";
  const { upper, lower } = pair;
  const actor = named(world, upper.profile_id);
  const done = await call(world, actor, method, path(lower.room_id, lower.profile_id));
  await call(world, actor, "POST", `/rooms/${lower.room_id}/messages`, { body: "Order, please" });
  const target = named(world, lower.profile_id).handle;
  return `${actor.handle} ${method} ${path("room", target)}: ${done !== undefined}`;
}

async function message(world: World) {
  const rows = await world.app.db.sql<{ id: string; room_id: string; author_id: string }[]>`
    select id, room_id, author_id from public.messages
    where kind = 'user' and deleted_at is null order by created_at`;
  return pick(world, rows);
}

async function post(world: World) {
  const rows = await world.app.db.sql<{ id: string; author_id: string }[]>`
    select id, author_id from public.posts where deleted_at is null order by created_at`;
  return pick(world, rows);
}

async function openCall(world: World) {
  const rows = await world.app.db.sql<{ id: string; room_id: string; in_it: string[] }[]>`
    select c.id, c.room_id, array(select p.profile_id from private.call_participants p
      where p.call_id = c.id and p.state = 'joined' order by p.joined_at) as in_it
    from public.calls c where c.ended_at is null order by c.started_at`;
  return pick(world, rows);
}

/** Somebody who is signed out, or whose account is not simply active. */
async function someoneOut(world: World): Promise<TestPerson | undefined> {
  const rows = await world.app.db.sql<{ id: string }[]>`
    select p.id from public.profiles p where exists (
        select from private.account_states s where s.profile_id = p.id)
      or not exists (select from auth.sessions s where s.user_id = p.id) order by p.handle`;
  const found = pick(world, rows);
  return found && named(world, found.id);
}

async function setState(world: World, person: TestPerson, columns: string): Promise<string> {
  await world.app.db.sql.unsafe(
    `insert into private.account_states (profile_id) values ('${person.id}')
     on conflict do nothing; update private.account_states set ${columns}
     where profile_id = '${person.id}'`,
  );
  return `${person.handle} ${columns}`;
}

async function speak(world: World, more: (room: string) => Promise<Record<string, unknown>>) {
  const found = await member(world);
  if (found === undefined) return "nobody is anywhere";
  const { person, room } = found;
  const body = { body: `Hello from ${person.handle}`, ...await more(room) };
  const done = await call(world, person, "POST", `/rooms/${room}/messages`, body);
  return `${person.handle} speaks: ${done !== undefined}`;
}

const MEASURES: Readonly<Record<string, Action>> = {
  kick: (world) => measure(world, "DELETE", (room, who) => `/rooms/${room}/members/${who}`),
  ban: (world) => measure(world, "POST", (room, who) => `/rooms/${room}/bans/${who}`),
  mute: (world) => measure(world, "POST", (room, who) => `/rooms/${room}/mute/${who}`),
  async unban(world) {
    const banned = pick(world, (await memberships(world)).filter((row) => row.banned));
    const owner = await member(
      world,
      (row) => row.room_id === banned?.room_id && row.role === "owner",
    );
    if (banned === undefined || owner === undefined) return "nobody is banned";
    const path = `/rooms/${banned.room_id}/bans/${banned.profile_id}`;
    return `unban: ${await call(world, owner.person, "DELETE", path) !== undefined}`;
  },
  async banOutsider(world) {
    const owners = (await memberships(world)).filter((row) => row.role === "owner");
    const pairs = owners.flatMap(({ room_id, profile_id }) =>
      world.people.map((person) => ({ room: room_id, owner: profile_id, person }))
    ).filter(({ room, person }) => world.left.has(`${person.id}:${room}`));
    const found = pick(world, pairs);
    if (found === undefined) return "nobody has left";
    const { room, person } = found;
    const owner = named(world, found.owner);
    const done = await call(world, owner, "POST", `/rooms/${room}/bans/${person.id}`);
    if (done !== undefined) world.left.delete(`${person.id}:${room}`);
    await call(world, owner, "POST", `/rooms/${room}/messages`, { body: "Now we are alone" });
    return `${person.handle} is banned from outside: ${done !== undefined}`;
  },
  async visibility(world) {
    const owned = (await memberships(world)).filter((row) =>
      row.role === "owner" && row.kind === "channel"
    );
    const lingering = owned.filter(({ room_id }) =>
      world.people.some(({ id }) => world.left.has(`${id}:${room_id}`))
    );
    const found = pick(world, lingering.length > 0 ? lingering : owned);
    if (found === undefined) return "nobody owns a channel";
    const [owner, room] = [named(world, found.profile_id), found.room_id];
    const body = { is_private: !found.is_private };
    const done = await call(world, owner, "PATCH", `/rooms/${room}`, body);
    if (done !== undefined && body.is_private) {
      for (const { id } of world.people) world.left.delete(`${id}:${room}`);
    }
    await call(world, owner, "POST", `/rooms/${room}/messages`, { body: "Among ourselves" });
    return `a channel is private: ${body.is_private}: ${done !== undefined}`;
  },
};

const ROOMS: Readonly<Record<string, Action>> = {
  async join(world) {
    const [person, room] = [anybody(world), pick(world, world.rooms) ?? ""];
    const done = await call(world, person, "POST", `/rooms/${room}/join`);
    if (done !== undefined) world.left.delete(`${person.id}:${room}`);
    return `${person.handle} joins: ${done !== undefined}`;
  },
  async leave(world) {
    const found = await member(world, (row) => row.kind !== "direct");
    if (found === undefined) return "nobody is anywhere";
    const { person, room, row } = found;
    const done = await call(world, person, "POST", `/rooms/${room}/leave`);
    if (done !== undefined && !row.is_private) world.left.add(`${person.id}:${room}`);
    return `${person.handle} leaves: ${done !== undefined}`;
  },
  message: (world) => speak(world, () => Promise.resolve({})),
  reply: (world) =>
    speak(world, async (room) => {
      const [root] = await world.app.db.sql<{ id: string }[]>`
        select id from public.messages where room_id = ${room} and kind = 'user'
          and deleted_at is null order by seq limit 1`;
      return root === undefined ? {} : { parent_id: root.id };
    }),
  share: (world) =>
    speak(world, () => Promise.resolve({ shared_post_id: pick(world, world.posts) ?? null })),
  async edit(world) {
    const found = await message(world);
    if (found === undefined) return "nothing was said";
    const path = `/rooms/${found.room_id}/messages/${found.id}`;
    const done = await call(world, named(world, found.author_id), "PATCH", path, {
      body: "Edited",
    });
    return `a message is edited: ${done !== undefined}`;
  },
  async remove(world) {
    const found = await message(world);
    if (found === undefined) return "nothing was said";
    const path = `/rooms/${found.room_id}/messages/${found.id}`;
    const done = await call(world, named(world, found.author_id), "DELETE", path);
    return `a message is deleted: ${done !== undefined}`;
  },
  async react(world) {
    const found = await message(world);
    const who = await member(world, (row) => row.room_id === found?.room_id);
    if (found === undefined || who === undefined) return "nothing was said";
    const path = `/rooms/${found.room_id}/messages/${found.id}/reactions/${EMOJI}`;
    return `reaction: ${await call(world, who.person, "PUT", path) !== undefined}`;
  },
  async pin(world) {
    const found = await message(world);
    const who = await member(
      world,
      (row) => row.room_id === found?.room_id && row.role !== "member",
    );
    if (found === undefined || who === undefined) return "nothing was said";
    const path = `/rooms/${found.room_id}/messages/${found.id}/pin`;
    return `pin: ${await call(world, who.person, "PUT", path) !== undefined}`;
  },
  async read(world) {
    const found = await message(world);
    const who = await member(world, (row) => row.room_id === found?.room_id);
    if (found === undefined || who === undefined) return "nothing was said";
    const body = { message_id: found.id };
    const done = await call(world, who.person, "POST", `/rooms/${found.room_id}/read`, body);
    return `read: ${done !== undefined}`;
  },
};

const CALLS: Readonly<Record<string, Action>> = {
  async callStart(world) {
    // Rather where somebody can be put out of it.
    const found = await member(world, ({ role }) => role === "owner") ?? await member(world);
    if (found === undefined) return "nobody is anywhere";
    const { person, room } = found;
    const done = await call(world, person, "POST", `/rooms/${room}/calls`, { kind: "audio" });
    return `${person.handle} calls: ${done !== undefined}`;
  },
  async callJoin(world) {
    const open = await openCall(world);
    const who = await member(
      world,
      (row) => row.room_id === open?.room_id && !open.in_it.includes(row.profile_id),
    );
    if (open === undefined || who === undefined) return "nobody calls";
    const done = await call(world, who.person, "POST", `/calls/${open.id}/join`);
    return `${who.person.handle} joins the call: ${done !== undefined}`;
  },
  async callLeave(world) {
    const open = await openCall(world);
    const who = pick(world, open?.in_it ?? []);
    if (open === undefined || who === undefined) return "nobody calls";
    const done = await call(world, named(world, who), "POST", `/calls/${open.id}/leave`);
    return `${named(world, who).handle} leaves the call: ${done !== undefined}`;
  },
};

const PEOPLE: Readonly<Record<string, Action>> = {
  async follow(world) {
    const one = anybody(world);
    const other = anybody(world, one);
    await call(world, one, "POST", `/users/${other.id}/follow`);
    return `${one.handle} follows ${other.handle}`;
  },
  async unfollow(world) {
    const one = anybody(world);
    const other = anybody(world, one);
    await call(world, one, "DELETE", `/users/${other.id}/follow`);
    return `${one.handle} unfollows ${other.handle}`;
  },
  async block(world) {
    const one = anybody(world);
    const other = anybody(world, one);
    await call(world, one, "POST", `/users/${other.id}/block`);
    // What the other does not see now, on posts that they may see.
    for (let n = 0; n < COMMENTS_AFTER_BLOCK; n++) {
      const made = await call(world, one, "POST", `/posts/${pick(world, world.posts)}/comment`, {
        body: "Not for everybody",
      });
      if (made !== undefined) world.posts.push(String(made["id"]));
    }
    return `${one.handle} blocks ${other.handle}`;
  },
  async unblock(world) {
    const [row] = await world.app.db.sql<{ blocker_id: string; blocked_id: string }[]>`
      select blocker_id, blocked_id from public.blocks order by created_at limit 1`;
    if (row === undefined) return "nobody blocks anybody";
    await call(world, named(world, row.blocker_id), "DELETE", `/users/${row.blocked_id}/block`);
    return "a block is taken back";
  },
  async hermit(world) {
    const person = anybody(world);
    const isPrivate = world.random() < 0.6;
    await call(world, person, "PATCH", `/users/${person.id}`, { is_private: isPrivate });
    return `${person.handle} is private: ${isPrivate}`;
  },
  async typing(world) {
    const person = anybody(world);
    const isHidden = world.random() < 0.5;
    await call(world, person, "PATCH", "/users/me/settings", {
      privacy: { hide_typing: isHidden },
    });
    return `${person.handle} hides typing: ${isHidden}`;
  },
};

const POSTS: Readonly<Record<string, Action>> = {
  async post(world) {
    const author = anybody(world);
    await writePost(world, author);
    return `${author.handle} posts`;
  },
  async comment(world) {
    const [found, author] = [await post(world), anybody(world)];
    if (found === undefined) return "nothing was posted";
    const body = { body: "Well said" };
    const made = await call(world, author, "POST", `/posts/${found.id}/comment`, body);
    if (made !== undefined) world.posts.push(String(made["id"]));
    return `${author.handle} comments: ${made !== undefined}`;
  },
  async like(world) {
    const [found, who] = [await post(world), anybody(world)];
    if (found === undefined) return "nothing was posted";
    const done = await call(world, who, "PUT", `/posts/${found.id}/reaction`, { kind: "like" });
    return `${who.handle} likes a post: ${done !== undefined}`;
  },
  async rewrite(world) {
    const found = await post(world);
    if (found === undefined) return "nothing was posted";
    const narrow = world.random() < 0.5 ? { visibility: "followers" } : {};
    const body = { body: "Edited", ...narrow };
    const done = await call(
      world,
      named(world, found.author_id),
      "PATCH",
      `/posts/${found.id}`,
      body,
    );
    return `a post is edited: ${done !== undefined}`;
  },
  async unpost(world) {
    const found = await post(world);
    if (found === undefined) return "nothing was posted";
    const done = await call(world, named(world, found.author_id), "DELETE", `/posts/${found.id}`);
    return `a post is deleted: ${done !== undefined}`;
  },
};

const ACCOUNTS: Readonly<Record<string, Action>> = {
  async signOut(world) {
    const person = anybody(world);
    await world.app.db.sql`delete from auth.sessions where id = ${person.sessionId}`;
    return `${person.handle} signs out`;
  },
  async signIn(world) {
    const person = await someoneOut(world) ?? anybody(world);
    await world.app.db.sql`
      update private.account_states set deactivated_at = null, deletion_due_at = null
      where profile_id = ${person.id}`;
    await signIn(world, person);
    return `${person.handle} signs in on another device`;
  },
  suspend: (world) => setState(world, anybody(world), "suspended_until = now() + interval '1 day'"),
  banAccount: (world) => setState(world, anybody(world), "banned_at = now()"),
  deactivate: (world) => setState(world, anybody(world), "deactivated_at = now()"),
  async erase(world) {
    if (world.people.length <= PEOPLE_MIN) return "nobody is erased";
    const person = anybody(world);
    await world.app.db.sql`delete from auth.users where id = ${person.id}`;
    world.people.splice(world.people.indexOf(person), 1);
    return `${person.handle} is erased`;
  },
  async restore(world) {
    const person = await someoneOut(world);
    if (person === undefined) return "nobody is out";
    await world.app.db.sql`delete from private.account_states where profile_id = ${person.id}`;
    await signIn(world, person);
    return `${person.handle} is restored`;
  },
};

/** Everything that may happen, by name. */
export const ACTIONS: Readonly<Record<string, Action>> = {
  ...MEASURES,
  ...ROOMS,
  ...CALLS,
  ...PEOPLE,
  ...POSTS,
  ...ACCOUNTS,
};
