/** @module Does what commands ask for: as the caller, by the rules that hold without them. */
import { AppError, invalidField } from "../core/errors.ts";
import { fromPostgres } from "../core/postgres_errors.ts";
import type { AppDeps } from "../platform/deps.ts";
import type { Person, Sql } from "../platform/postgres.ts";
import { writePost } from "../posts/mod.ts";
import { previewText } from "../text/mod.ts";
import {
  type Command,
  type CommandName,
  COMMANDS,
  durationOf,
  handleOf,
  pollOf,
  splitWord,
} from "./command_rules.ts";
import type { CommandReply } from "./command_schemas.ts";
import * as commands from "./command_sql.ts";
import { type InvitesDeps, inviteUrl } from "./member_service.ts";
import * as members from "./member_sql.ts";
import { writeMessage, type Written } from "./message_service.ts";
import { type NewMessage, type Room, ROOM_LIMITS } from "./schemas.ts";
import { requireMembership } from "./service.ts";
import { leaveRoom, updateRoom } from "./sql.ts";

/** What commands need. */
export type CommandDeps = InvitesDeps & Pick<AppDeps, "now">;

/** A command on its way. */
interface Run {
  readonly deps: CommandDeps;
  readonly sql: Sql;
  readonly room: Room;
  readonly rest: string;
  /** Id that the client made, so that a repetition does nothing twice. */
  readonly id: string;
}

/** People whom one command invites. */
const INVITED_MAX = 10;
/** Longest text of a reminder; the table has the same bound. */
const REMINDER_MAX = 500;
/** How long a poll is open. */
const POLL_MS = 86_400_000;

function misused(name: CommandName): AppError {
  return invalidField("body", `It is written ${COMMANDS[name].usage}`);
}

async function requirePerson(sql: Sql, name: CommandName, word: string | undefined) {
  const handle = handleOf(word);
  if (handle === undefined) throw misused(name);
  const [person] = await commands.selectPersonByHandle(sql, handle);
  if (person === undefined) throw invalidField("body", `There is no @${handle}`);
  return { id: person.id, handle };
}

function help({ room }: Run): Promise<string> {
  const lines = Object.values(COMMANDS)
    .filter(({ needs }) => room.capabilities.includes(needs))
    .map(({ usage, does }) => `- \`${usage}\` ${does}`);
  lines.push("- `//help` says “/help” instead");
  return Promise.resolve(lines.join("\n"));
}

async function invite({ deps, sql, room, rest }: Run): Promise<string> {
  const words = rest.split(/[\s,]+/).filter((word) => word !== "");
  if (words.length > INVITED_MAX) {
    throw invalidField("body", `At most ${INVITED_MAX} people at once`);
  }
  const people = [];
  for (const word of words) people.push(await requirePerson(sql, "invite", word));
  const input = { user_ids: people.map(({ id }) => id) };
  const [row] = await members.insertInvite(sql, room.id, input);
  if (row === undefined) throw new Error("The invite was not made");
  return people.length === 0
    ? `Whoever has this link may come in: ${inviteUrl(deps, row.invite.token)}`
    : `Invited: ${people.map(({ handle }) => `@${handle}`).join(", ")}`;
}

async function leave({ sql, room }: Run): Promise<string> {
  await leaveRoom(sql, room.id);
  return "You have left the room.";
}

async function mute({ deps, sql, room, rest }: Run): Promise<string> {
  const [word, after] = splitWord(rest);
  const person = await requirePerson(sql, "mute", word);
  const [first, more] = splitWord(after);
  const length = durationOf(first);
  const reason = length === undefined ? after : more;
  if (reason.length > ROOM_LIMITS.reason) {
    throw invalidField("body", `A reason has at most ${ROOM_LIMITS.reason} characters`);
  }
  const until = length === undefined ? undefined : new Date(deps.now().getTime() + length);
  await members.muteMember(sql, { roomId: room.id, userId: person.id }, {
    ...(until === undefined ? {} : { until: until.toISOString() }),
    ...(reason === "" ? {} : { reason }),
  });
  return until === undefined
    ? `@${person.handle} is muted until somebody lifts it.`
    : `@${person.handle} is muted until ${until.toISOString()}.`;
}

async function unmute({ sql, room, rest }: Run): Promise<string> {
  const person = await requirePerson(sql, "unmute", rest);
  await members.unmuteMember(sql, { roomId: room.id, userId: person.id });
  return `@${person.handle} may speak.`;
}

async function topic({ sql, room, rest }: Run): Promise<string> {
  if (rest === "") return room.description === "" ? "The room has no topic." : room.description;
  if (rest.length > ROOM_LIMITS.description) {
    throw invalidField("body", `A topic has at most ${ROOM_LIMITS.description} characters`);
  }
  const [changed] = await updateRoom(sql, room.id, { description: rest });
  if (changed === undefined) {
    throw new AppError("not-permitted", "Owners and admins change the topic");
  }
  return `The topic is now: ${rest}`;
}

async function remind({ deps, sql, room, rest, id }: Run): Promise<string> {
  if (rest === "clear") {
    const [cleared] = await commands.clearReminders(sql);
    return `Reminders forgotten: ${cleared?.count ?? 0}`;
  }
  if (rest === "list") {
    const rows = await commands.selectReminders(sql);
    const lines = rows.map(({ due_at, body }) => `- ${due_at}: ${body}`);
    return lines.length === 0 ? "Nothing waits." : lines.join("\n");
  }
  const [when, body] = splitWord(rest.replace(/^(?:me +)?(?:in +)?/i, ""));
  const length = durationOf(when);
  if (length === undefined || body === "") throw misused("remind");
  if (body.length > REMINDER_MAX) {
    throw invalidField("body", `A reminder has at most ${REMINDER_MAX} characters`);
  }
  const dueAt = new Date(deps.now().getTime() + length);
  const [row] = await commands.addReminder(sql, { id, roomId: room.id, body, dueAt });
  if (row === undefined || row.due_at === null) throw new AppError("conflict", "This id is taken");
  return `You will be reminded at ${row.due_at}.`;
}

/** Commands that answer whoever gave them; the others say something to the room. */
const REPLIES = { help, invite, leave, mute, unmute, topic, remind } as const;

async function reply(
  deps: CommandDeps,
  viewer: Person,
  roomId: string,
  { command, id }: { command: Command & { name: keyof typeof REPLIES }; id: string },
): Promise<CommandReply> {
  const body = await deps.db.asViewer(viewer, async (sql) => {
    const room = await requireMembership(sql, roomId);
    return await REPLIES[command.name]({ deps, sql, room, rest: command.rest, id })
      .catch((cause: unknown) => {
        const error = fromPostgres(cause);
        // The room is there: what is not was named in the command.
        if (error instanceof AppError && error.problem === "not-found") {
          throw invalidField("body", error.message);
        }
        throw error;
      });
  });
  const { body_html } = await previewText(deps, viewer, body);
  return { command: `/${command.name}`, reply: { body, body_html } };
}

/** Asks the room: a post of the room carries the poll, a message shares it. */
function askPoll(
  deps: CommandDeps,
  viewer: Person,
  roomId: string,
  { rest, input }: { rest: string; input: NewMessage },
): Promise<Written> {
  const poll = pollOf(rest);
  if (poll === undefined) throw misused("poll");
  const closesAt = new Date(deps.now().getTime() + POLL_MS);
  return writeMessage(deps, viewer, roomId, { ...input, body: poll.question }, async (sql) => {
    await requireMembership(sql, roomId);
    const post = await writePost(sql, deps.newId(), {
      body: poll.question,
      room_id: roomId,
      poll: { options: poll.options, closes_at: closesAt.toISOString() },
    });
    if (post.status !== "published") {
      throw new AppError("not-permitted", "A moderator would have to look at this first");
    }
    return { shared_post_id: post.id };
  });
}

/** Whether a command says something to the room; the others answer whoever gave them. */
function isReply(command: Command): command is Command & { name: keyof typeof REPLIES } {
  return Object.hasOwn(REPLIES, command.name);
}

/** Does what a command asks for. `input` is the message that it came in. */
export async function runCommand(
  deps: CommandDeps,
  viewer: Person,
  roomId: string,
  { command, input }: { command: Command; input: NewMessage },
): Promise<CommandReply | Written> {
  // A token lets a bot write; muting and inviting are not written on it.
  if (viewer.scopes !== undefined) throw new AppError("not-permitted", "Bots give no commands");
  const { media_ids, shared_post_id, story_id } = input;
  const isBare = media_ids.length === 0 && shared_post_id === undefined && story_id === undefined;
  if (command.name !== "me" && !isBare) {
    throw invalidField("body", `/${command.name} takes no files, posts or stories along`);
  }
  if (isReply(command)) {
    return await reply(deps, viewer, roomId, { command, id: input.id ?? deps.newId() });
  }
  if (command.name === "poll") {
    return await askPoll(deps, viewer, roomId, { rest: command.rest, input });
  }
  // Emphasis ends at a line of its own, so the lines become one.
  const text = command.rest.replaceAll(/\s+/g, " ");
  if (text === "") throw misused("me");
  return await writeMessage(deps, viewer, roomId, { ...input, body: `*${text}*` });
}
