/** @module Reads what a client asks for when it joins; what is odd falls back to the defaults. */
import { isObject, type JsonObject } from "./frames.ts";

/** The database changes that one binding wants. */
export interface ChangeBinding {
  readonly event: string;
  readonly schema: string;
  readonly table?: string;
  readonly filter?: string;
  readonly select?: readonly string[];
}

/** Which stored messages a channel wants to see again. */
export interface ReplayRequest {
  readonly since: unknown;
  readonly limit: unknown;
}

/** What a client asks for when it joins. */
export interface JoinConfig {
  readonly private: boolean;
  readonly ack: boolean;
  readonly self: boolean;
  readonly replicationReady: boolean;
  readonly replay?: ReplayRequest;
  readonly presenceKey: string;
  readonly presenceEnabled: boolean;
  readonly changes: readonly ChangeBinding[];
  readonly accessToken?: string;
}

/** Bindings of one channel that are looked at. */
const MAX_BINDINGS = 100;

function flag(value: unknown): boolean {
  return value === true || value === "true";
}

function part(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function binding(value: unknown): ChangeBinding {
  const { event, schema, table, filter, select } = part(value);
  const columns = Array.isArray(select) ? select.filter((name) => typeof name === "string") : [];
  const tableName = text(table);
  const filterText = text(filter);
  return {
    event: text(event) ?? "*",
    schema: text(schema) ?? "public",
    ...(tableName === undefined ? {} : { table: tableName }),
    ...(filterText === undefined ? {} : { filter: filterText }),
    ...(columns.length === 0 ? {} : { select: columns }),
  };
}

/** Token that a client sent for itself; project keys and nothing at all mean "the socket's". */
export function ownToken(value: unknown): string | undefined {
  const token = text(value);
  return token === undefined || token.startsWith("sb_") ? undefined : token;
}

/** Reads the payload of a join. */
export function readJoinConfig(payload: JsonObject): JoinConfig {
  const config = part(payload.config);
  const broadcast = part(config.broadcast);
  const presence = part(config.presence);
  const changes = Array.isArray(config.postgres_changes) ? config.postgres_changes : [];
  const accessToken = ownToken(payload.access_token) ?? ownToken(payload.user_token);
  const replay = broadcast.replay;
  return {
    private: flag(config.private),
    ack: flag(broadcast.ack),
    self: flag(broadcast.self),
    replicationReady: flag(broadcast.replication_ready),
    ...(isObject(replay) ? { replay: { since: replay.since, limit: replay.limit } } : {}),
    presenceKey: text(presence.key) ?? crypto.randomUUID(),
    presenceEnabled: flag(presence.enabled),
    changes: changes.slice(0, MAX_BINDINGS).map(binding),
    ...(accessToken === undefined ? {} : { accessToken }),
  };
}
