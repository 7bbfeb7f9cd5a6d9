/** @module Decides about a join: token, policies, stored messages. */
import { MissingPartitionError, readGrants } from "./authorization.ts";
import { Channel } from "./channel.ts";
import type { Connection } from "./connection.ts";
import type { Environment } from "./environment.ts";
import type { TextFrame } from "./frames.ts";
import type { TopicName } from "./hub.ts";
import { type JoinConfig, readJoinConfig } from "./join_config.ts";
import { readReplayRange, type ReplayRange, type StoredMessage, storedMessages } from "./replay.ts";
import { checkToken } from "./tokens.ts";

/** A join that is not accepted, in the words of the hosted server. */
export class JoinRefused extends Error {
  /** Whether the whole socket is to be closed. */
  readonly disconnect: boolean;

  /** Makes a refusal; `reason` is what the client reads. */
  constructor(reason: string, disconnect = false) {
    super(reason);
    this.disconnect = disconnect;
  }
}

const TOPIC_PREFIX = "realtime:";
const PUBLIC_GRANTS = { broadcast: true, presence: true };

function topicOf(frame: TextFrame, isPrivate: boolean): TopicName {
  const name = frame.topic.slice(TOPIC_PREFIX.length);
  if (name === "") throw new JoinRefused("TopicNameRequired: You must provide a topic name");
  return { name, private: isPrivate };
}

function replayRange(config: JoinConfig): ReplayRange | undefined {
  if (config.replay === undefined) return undefined;
  const problem = "UnableToReplayMessages";
  if (!config.private) {
    throw new JoinRefused(`${problem}: Replay is not allowed for public channels`);
  }
  const range = readReplayRange(config.replay);
  if (range === undefined) throw new JoinRefused(`${problem}: Replay params are not valid`);
  return range;
}

/** Whether a topic is one of channels at all. */
export function isChannelTopic(topic: string): boolean {
  return topic.startsWith(TOPIC_PREFIX);
}

async function grantsFor(
  env: Environment,
  connection: Connection,
  topic: TopicName,
  config: JoinConfig,
  claims: Parameters<typeof readGrants>[1]["claims"],
) {
  if (!topic.private) return PUBLIC_GRANTS;
  const asker = { topic: topic.name, claims, headers: connection.headers };
  const extensions = config.presenceEnabled
    ? ["broadcast", "presence"] as const
    : ["broadcast"] as const;
  const grants = await readGrants(env.sql, asker, extensions);
  if (grants.broadcast || grants.presence) return grants;
  const text = `You do not have permissions to read from this Channel topic: ${topic.name}`;
  throw new JoinRefused(`Unauthorized: ${text}`);
}

function refusalOf(error: unknown): JoinRefused {
  if (error instanceof JoinRefused) return error;
  if (error instanceof MissingPartitionError) {
    return new JoinRefused("MissingPartition: realtime.messages has no partition for today");
  }
  console.error("realtime: a join failed:", error);
  return new JoinRefused("Unknown Error on Channel");
}

/**
 * Opens a channel for a join.
 *
 * @throws {JoinRefused} when the client may not have it
 */
export async function openChannel(
  env: Environment,
  connection: Connection,
  frame: TextFrame,
  onClose: (channel: Channel) => void,
): Promise<Channel> {
  let channel: Channel | undefined;
  try {
    const config = readJoinConfig(frame.payload);
    const topic = topicOf(frame, config.private);
    const range = replayRange(config);
    const check = await checkToken(config.accessToken ?? connection.token, env.jwt);
    if (!check.ok) throw new JoinRefused(`${check.refusal.code}: ${check.refusal.message}`);
    const { token, claims } = check;
    const grants = await grantsFor(env, connection, topic, config, claims);
    const { joinRef, ref } = frame;
    const parts = { topic, joinRef: joinRef ?? ref, config, token, claims, grants, onClose };
    // Listening starts before the stored messages are read: nothing falls in between.
    channel = new Channel(env, connection, parts);
    const stored: StoredMessage[] = range === undefined
      ? []
      : await storedMessages(env.sql, topic.name, range);
    channel.start(ref, stored);
    return channel;
  } catch (error) {
    channel?.close(false);
    throw refusalOf(error);
  }
}
