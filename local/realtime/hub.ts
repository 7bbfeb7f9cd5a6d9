/** @module Topics and the channels that listen to them. */
import type { Broadcast } from "./broadcast.ts";
import { eventOf } from "./broadcast.ts";
import type { JsonObject } from "./frames.ts";
import { type PresenceDiff, type PresenceEntries, PresenceRoom } from "./presence.ts";

/** A topic: public and private ones of the same name are strangers to each other. */
export interface TopicName {
  readonly name: string;
  readonly private: boolean;
}

/** A channel as the hub sees it. */
export interface Listener {
  /** The socket that it belongs to, for counting. */
  readonly connection: object;
  /** Takes a broadcast. Must not throw. */
  deliver(message: Broadcast): void;
  /** Takes a change of presence. Must not throw. */
  deliverPresence(message: Broadcast): void;
}

/** How many listen to a topic. */
export interface TopicStats {
  readonly topic: string;
  readonly private: boolean;
  readonly channels: number;
  readonly connections: number;
}

interface Room {
  readonly topic: TopicName;
  readonly listeners: Set<Listener>;
  readonly presence: PresenceRoom<Listener>;
}

function keyOf(topic: TopicName): string {
  return `${topic.private ? "private" : "public"}:${topic.name}`;
}

/** Brings messages to the channels of a topic. */
export class Hub {
  readonly #rooms = new Map<string, Room>();

  /** Adds a channel to a topic. */
  join(topic: TopicName, listener: Listener): void {
    const key = keyOf(topic);
    const room = this.#rooms.get(key) ??
      { topic, listeners: new Set(), presence: new PresenceRoom() };
    this.#rooms.set(key, room);
    room.listeners.add(listener);
  }

  /** Takes a channel and its presence away from a topic. */
  leave(topic: TopicName, listener: Listener, presenceKey: string): void {
    const room = this.#rooms.get(keyOf(topic));
    if (room === undefined || !room.listeners.delete(listener)) return;
    const diff = room.presence.untrack(listener, presenceKey);
    if (diff !== undefined) this.#announce(room, diff);
    if (room.listeners.size === 0) this.#rooms.delete(keyOf(topic));
  }

  /** Hands a message to everyone on a topic but `except`. */
  publish(topic: TopicName, message: Broadcast, except?: Listener): void {
    const room = this.#rooms.get(keyOf(topic));
    if (room === undefined) return;
    for (const listener of room.listeners) {
      if (listener !== except) listener.deliver(message);
    }
  }

  /** Whether anyone listens to a topic. */
  has(topic: TopicName): boolean {
    return this.#rooms.has(keyOf(topic));
  }

  /** Sets a channel's presence and tells everyone. */
  track(topic: TopicName, listener: Listener, key: string, payload: JsonObject): void {
    const room = this.#rooms.get(keyOf(topic));
    if (room !== undefined) this.#announce(room, room.presence.track(listener, key, payload));
  }

  /** Ends a channel's presence and tells everyone. */
  untrack(topic: TopicName, listener: Listener, key: string): void {
    const room = this.#rooms.get(keyOf(topic));
    const diff = room?.presence.untrack(listener, key);
    if (room !== undefined && diff !== undefined) this.#announce(room, diff);
  }

  /** Everyone who is present on a topic. */
  presences(topic: TopicName): PresenceEntries {
    return this.#rooms.get(keyOf(topic))?.presence.state() ?? {};
  }

  /** Counts of every topic that somebody listens to. */
  stats(): TopicStats[] {
    return [...this.#rooms.values()].map(({ topic, listeners }) => ({
      topic: topic.name,
      private: topic.private,
      channels: listeners.size,
      connections: new Set([...listeners].map((listener) => listener.connection)).size,
    }));
  }

  #announce(room: Room, diff: PresenceDiff): void {
    const message = eventOf(room.topic.name, "presence_diff", diff);
    for (const listener of room.listeners) listener.deliverPresence(message);
  }
}
