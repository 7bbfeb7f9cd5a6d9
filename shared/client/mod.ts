/**
 * @module The client helper: what every app of Townsquare needs over the Supabase client, without
 * a framework. Rooms live without gaps or doubles, optimistic sending, typing, one's own topic and
 * the place of the socket. Described in docs/REALTIME.md.
 */
import type { RealtimeChannel, Session, SupabaseClient } from "@supabase/supabase-js";
import { ApiProblem, type CallApi, createApi } from "./api.ts";
import { LiveCall } from "./call.ts";
import { createEmitter, createSeen } from "./emitter.ts";
import { Lease } from "./lease.ts";
import { LiveRoom } from "./room.ts";
import type { EndReason, LiveEvent, ProfileSummary } from "./types.ts";
import { SYSTEM_TIMERS, type Timers } from "./typing.ts";

export { ApiProblem, type CallApi } from "./api.ts";
export { type CallEvents, type CallPeer, LiveCall } from "./call.ts";
export { LiveRoom, type RoomEvents } from "./room.ts";
export { LiveThread, type ThreadEvents } from "./thread.ts";
export type * from "./types.ts";
export {
  describeTyping,
  SYSTEM_TIMERS,
  type Timers,
  TYPING_DEBOUNCE_MS,
  TYPING_HOLD_MS,
  TypingSender,
  TypingState,
} from "./typing.ts";

/** How the helper is made. */
export interface TownsquareOptions {
  /** What the connection is called in lists and logs. */
  readonly device?: string;
  /** How often rooms are asked whether one is still in them; also asked whenever a sign comes. */
  readonly verifyMs?: number;
  readonly timers?: Timers;
}

/** What the helper says besides what its rooms say. */
export interface TownsquareEvents {
  /** An event of one's own topic, such as `notification.created` or `unread.changed`. */
  event: { readonly name: string; readonly payload: LiveEvent };
  /** The socket is (again) on one's own topic: read again what may have been missed. */
  live: Record<never, never>;
  /** The place for the socket could not be had, as when ten are taken. */
  connection: ApiProblem;
  /** It is over. */
  end: { readonly reason: EndReason };
}

/** The helper of one signed-in person. */
export interface Townsquare {
  readonly userId: string;
  readonly call: CallApi;
  on: ReturnType<typeof createEmitter<TownsquareEvents>>["on"];
  /** Listens to a room; the same room twice is the same. */
  openRoom(id: string): Promise<LiveRoom>;
  /** Joins a call, or answers it, with what one's camera and microphone give. */
  joinCall(id: string, local?: MediaStream): Promise<LiveCall>;
  /** Reads again whom one has blocked; to be called after blocking somebody. */
  refreshBlocks(): Promise<void>;
  /** Leaves all topics and gives the place back. */
  close(): Promise<void>;
}

const VERIFY_MS = 60_000;
const BLOCKS_MAX = 1_000;

class Helper implements Townsquare {
  readonly userId: string;
  readonly call: CallApi;
  readonly #sessionId: string;
  readonly #supabase: SupabaseClient;
  readonly #timers: Timers;
  readonly #verifyMs: number;
  readonly #emitter = createEmitter<TownsquareEvents>();
  readonly #isNew = createSeen();
  readonly #rooms = new Map<string, LiveRoom>();
  readonly #calls = new Map<string, LiveCall>();
  readonly #lease: Lease;
  #blocked: ReadonlySet<string> = new Set();
  #channel: RealtimeChannel | undefined;
  #hasEnded = false;
  #cancelVerify: () => void = () => undefined;

  constructor(supabase: SupabaseClient, session: Session, options: TownsquareOptions) {
    this.#supabase = supabase;
    this.userId = session.user.id;
    this.#sessionId = sessionIdOf(session.access_token);
    this.call = createApi(supabase);
    this.#timers = options.timers ?? SYSTEM_TIMERS;
    this.#verifyMs = options.verifyMs ?? VERIFY_MS;
    this.#lease = new Lease({
      call: this.call,
      timers: this.#timers,
      device: options.device ?? "",
      roomIds: () => [...this.#rooms.keys()],
      failed: (problem) => this.#emitter.emit("connection", problem),
    });
  }

  on: Townsquare["on"] = (name, listener) => this.#emitter.on(name, listener);

  async start(): Promise<void> {
    await this.#supabase.realtime.setAuth();
    await Promise.all([this.refreshBlocks(), this.#lease.beat()]);
    this.#channel = this.#supabase.channel(`user:${this.userId}`, { config: { private: true } })
      .on("broadcast", { event: "*" }, ({ event, payload }) => this.#take(event, payload));
    this.#channel.subscribe((state) => {
      if (state !== "SUBSCRIBED" || this.#hasEnded) return;
      this.#emitter.emit("live", {});
      // A move may have been announced while nobody listened.
      this.#verifyRooms();
      this.#verifyCalls();
    });
    this.#verifyLater();
    globalThis.addEventListener?.("online", this.#comeBack);
  }

  /** The network is back: what was missed is read without waiting for the socket. */
  readonly #comeBack = (): void => {
    for (const room of this.#rooms.values()) void room.fill();
    this.#verifyCalls();
  };

  async openRoom(id: string): Promise<LiveRoom> {
    const open = this.#rooms.get(id);
    if (open !== undefined) return open;
    const room = new LiveRoom({
      supabase: this.#supabase,
      call: this.call,
      timers: this.#timers,
      userId: this.userId,
      isBlocked: (userId) => this.#blocked.has(userId),
      ended: (roomId) => this.#rooms.delete(roomId),
    }, id);
    this.#rooms.set(id, room);
    try {
      await room.start();
    } catch (error) {
      this.#rooms.delete(id);
      throw error;
    }
    return room;
  }

  async joinCall(id: string, local?: MediaStream): Promise<LiveCall> {
    const open = this.#calls.get(id);
    if (open !== undefined) return open;
    const call = new LiveCall(
      {
        supabase: this.#supabase,
        call: this.call,
        timers: this.#timers,
        userId: this.userId,
        ended: (callId) => this.#calls.delete(callId),
      },
      id,
      local,
    );
    this.#calls.set(id, call);
    try {
      await call.start();
    } catch (error) {
      this.#calls.delete(id);
      throw error;
    }
    return call;
  }

  async refreshBlocks(): Promise<void> {
    const { data, error } = await this.#supabase.from("blocks").select("blocked_id")
      .limit(BLOCKS_MAX);
    if (error === null) this.#blocked = new Set(data.map(({ blocked_id }) => String(blocked_id)));
  }

  close(): Promise<void> {
    return this.#end("closed");
  }

  async #end(reason: EndReason): Promise<void> {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#cancelVerify();
    globalThis.removeEventListener?.("online", this.#comeBack);
    for (const live of [...this.#rooms.values(), ...this.#calls.values()]) live.end(reason);
    if (this.#channel !== undefined) await this.#supabase.removeChannel(this.#channel);
    await this.#lease.close();
    this.#emitter.emit("end", { reason });
  }

  #take(name: string, payload: LiveEvent): void {
    if (this.#hasEnded || !this.#isNew(payload.event_id)) return;
    const roomId = String(payload["room_id"] ?? "");
    if (name === "session.revoked" && payload["session_id"] === this.#sessionId) {
      return void this.#end("signed-out");
    }
    if (name === "room.rekeyed") this.#rooms.get(roomId)?.moveTo(String(payload["topic"]));
    if (name === "room.removed") this.#rooms.get(roomId)?.end("removed");
    // Whoever is out of a room is out of its call, which has moved for those who stay.
    if (name === "call.rekeyed" || name === "room.removed") this.#verifyCalls();
    if (this.#isOfBlocked(payload)) return;
    this.#emitter.emit("event", { name, payload });
  }

  #isOfBlocked(payload: LiveEvent): boolean {
    const { notification, last_message, call } = payload as {
      notification?: { actors: readonly ProfileSummary[] };
      last_message?: { author: ProfileSummary } | null;
      call?: { started_by: ProfileSummary | null };
    };
    const actors = notification?.actors ?? [];
    const isBlocked = (person?: ProfileSummary | null) => this.#blocked.has(person?.id ?? "");
    return actors.length > 0 && actors.every(isBlocked) || isBlocked(last_message?.author) ||
      isBlocked(call?.started_by);
  }

  #verifyRooms(): void {
    for (const room of this.#rooms.values()) void room.verify();
  }

  #verifyCalls(): void {
    for (const call of this.#calls.values()) void call.verify();
  }

  #verifyLater(): void {
    if (this.#hasEnded) return;
    this.#cancelVerify = this.#timers.after(this.#verifyMs, () => {
      this.#verifyRooms();
      this.#verifyLater();
    });
  }
}

/** The session that a token belongs to; it stays the same when the token is renewed. */
function sessionIdOf(token: string): string {
  const claims = token.split(".")[1] ?? "";
  const said: unknown = JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/")));
  return typeof said === "object" && said !== null && "session_id" in said
    ? String(said.session_id)
    : "";
}

/** Makes the helper for the person who is signed in to the Supabase client. */
export async function createTownsquare(
  supabase: SupabaseClient,
  options: TownsquareOptions = {},
): Promise<Townsquare> {
  const { data } = await supabase.auth.getSession();
  if (data.session === null) {
    throw new ApiProblem(401, "not-authenticated", "Sign in first", undefined);
  }
  const helper = new Helper(supabase, data.session, options);
  await helper.start();
  return helper;
}
