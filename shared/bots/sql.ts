/** @module Statements on bots, their tokens and incoming webhooks. */
import type { Sql } from "../platform/postgres.ts";
import type {
  Bot,
  BotChanges,
  BotToken,
  IncomingWebhook,
  NewBot,
  NewBotToken,
  NewWebhook,
} from "./schemas.ts";

/** What a newcomer is told. */
export function selectWelcome(sql: Sql, personId: string) {
  return sql<{ body: string }[]>`
    select w.body from private.welcome_words(${personId}::uuid) as w (body)
    where w.body is not null`;
}

/** Greets a newcomer in their first room, unless it was done. */
export function welcomePerson(sql: Sql, personId: string) {
  return sql<{ id: string | null }[]>`
    select private.welcome_person(${personId}::uuid) as id`;
}

/** Makes a bot of the caller's. */
export function insertBot(sql: Sql, bot: NewBot) {
  return sql<{ bot: Bot }[]>`
    select private.create_bot(${bot.handle}, ${bot.display_name}) as bot`;
}

/** The caller's bots, the oldest first. */
export function selectBots(sql: Sql) {
  return sql<{ bot: Bot }[]>`select b as bot from private.my_bots() b`;
}

/** Changes a bot of the caller's. */
export function updateBot(sql: Sql, id: string, changes: BotChanges) {
  return sql<{ bot: Bot }[]>`
    select private.change_bot(${id}::uuid, ${changes.display_name ?? null},
      ${changes.bio ?? null}) as bot`;
}

/** Deletes a bot of the caller's. */
export function deleteBot(sql: Sql, id: string) {
  return sql`select private.delete_bot(${id}::uuid)`;
}

/** Keeps the hash of a token. */
export function insertToken(sql: Sql, botId: string, hash: Uint8Array, token: NewBotToken) {
  return sql<{ token: BotToken }[]>`
    select private.create_bot_token(${botId}::uuid, ${hash}::bytea, ${token.scopes}::text[],
      ${token.expires_at ?? null}::timestamptz) as token`;
}

/** Takes a token back. */
export function deleteToken(sql: Sql, botId: string, tokenId: string) {
  return sql`select private.delete_bot_token(${botId}::uuid, ${tokenId}::uuid)`;
}

/** Lets a bot of the caller's into a room. */
export function addBot(sql: Sql, botId: string, roomId: string) {
  return sql`select private.add_bot(${botId}::uuid, ${roomId}::uuid)`;
}

/** Takes a bot of the caller's out of a room. */
export function removeBot(sql: Sql, botId: string, roomId: string) {
  return sql`select private.remove_bot(${botId}::uuid, ${roomId}::uuid)`;
}

/** Makes a webhook; the hash is of its secret. */
export function insertWebhook(sql: Sql, roomId: string, hash: Uint8Array, hook: NewWebhook) {
  return sql<{ hook: IncomingWebhook }[]>`
    select private.create_webhook(${roomId}::uuid, ${hook.name}, ${hook.avatar_url ?? null},
      ${hash}::bytea) as hook`;
}

/** The webhooks of a room. */
export function selectWebhooks(sql: Sql, roomId: string) {
  return sql<{ hook: IncomingWebhook }[]>`
    select h as hook from private.room_webhooks(${roomId}::uuid) h`;
}

/** Ends a webhook. */
export function deleteWebhook(sql: Sql, roomId: string, id: string) {
  return sql`select private.delete_webhook(${roomId}::uuid, ${id}::uuid)`;
}

/** Hash of the secret of a webhook. */
export function selectSecretHash(sql: Sql, id: string) {
  return sql<{ secret_hash: Uint8Array }[]>`
    select h.secret_hash from private.incoming_webhooks h where h.id = ${id}`;
}

/** What a webhook says. */
export interface WebhookWords {
  readonly body: string;
  readonly name: string | null;
  readonly avatarUrl: string | null;
  readonly threadId: string | null;
}

/** Says something in the room of a webhook. */
export function sayByWebhook(sql: Sql, id: string, words: WebhookWords) {
  return sql<{ id: string }[]>`
    select private.say_by_webhook(${id}::uuid, ${words.body}, ${words.name}, ${words.avatarUrl},
      ${words.threadId}::uuid) as id`;
}
