/** @module Use cases of bots and of the webhooks of a room. */
import { createHash, randomBytes } from "node:crypto";
import type { AppDeps } from "../platform/deps.ts";
import type { Person, Sql } from "../platform/postgres.ts";
import type {
  Bot,
  BotChanges,
  IncomingWebhook,
  MadeBotToken,
  MadeWebhook,
  NewBot,
  NewBotToken,
  NewWebhook,
} from "./schemas.ts";
import * as bots from "./sql.ts";

/** What bots need. */
export type BotsDeps = Pick<AppDeps, "config" | "db">;

/** Random bytes of a secret. */
const SECRET_BYTES = 32;

/** Secrets are long and random: one round of hashing keeps them as well as many. */
export function hashOf(secret: string): Uint8Array {
  return createHash("sha256").update(secret).digest();
}

function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString("base64url");
}

function first<T>(rows: readonly T[]): T {
  const [row] = rows;
  if (row === undefined) throw new Error("The function answers with one row");
  return row;
}

/** Makes a bot that the caller owns. */
export function createBot(deps: BotsDeps, viewer: Person, input: NewBot): Promise<Bot> {
  return deps.db.asViewer(viewer, async (sql) => first(await bots.insertBot(sql, input)).bot);
}

/** Lists the caller's bots. */
export async function listBots(deps: BotsDeps, viewer: Person) {
  const rows = await deps.db.read(viewer, (sql) => bots.selectBots(sql));
  return { items: rows.map(({ bot }) => bot), next_cursor: null };
}

/** Changes how a bot presents itself. */
export function changeBot(
  deps: BotsDeps,
  viewer: Person,
  id: string,
  changes: BotChanges,
): Promise<Bot> {
  return deps.db.asViewer(
    viewer,
    async (sql) => first(await bots.updateBot(sql, id, changes)).bot,
  );
}

/** Runs one command of the database as the caller. */
export async function perform(
  deps: BotsDeps,
  viewer: Person,
  command: (sql: Sql) => PromiseLike<unknown>,
): Promise<void> {
  await deps.db.asViewer(viewer, async (sql) => {
    await command(sql);
  });
}

/** Makes a token; it is in this answer and nowhere else. */
export function createToken(
  deps: BotsDeps,
  viewer: Person,
  botId: string,
  input: NewBotToken,
): Promise<MadeBotToken> {
  const token = `tsb_${newSecret()}`;
  return deps.db.asViewer(viewer, async (sql) => {
    const made = first(await bots.insertToken(sql, botId, hashOf(token), input));
    return { ...made.token, token };
  });
}

/** Makes a webhook; its address is in this answer and nowhere else. */
export function createWebhook(
  deps: BotsDeps,
  viewer: Person,
  roomId: string,
  input: NewWebhook,
): Promise<MadeWebhook> {
  const secret = newSecret();
  const base = deps.config.publicUrl.replace(/\/+$/, "");
  return deps.db.asViewer(viewer, async (sql) => {
    const { hook } = first(await bots.insertWebhook(sql, roomId, hashOf(secret), input));
    return { ...hook, url: `${base}/functions/v1/hooks/rooms/${hook.id}/${secret}` };
  });
}

/** Lists the webhooks of a room. */
export function listWebhooks(
  deps: BotsDeps,
  viewer: Person,
  roomId: string,
): Promise<{ items: IncomingWebhook[]; next_cursor: null }> {
  return deps.db.asViewer(viewer, async (sql) => {
    const rows = await bots.selectWebhooks(sql, roomId);
    return { items: rows.map(({ hook }) => hook), next_cursor: null };
  });
}
