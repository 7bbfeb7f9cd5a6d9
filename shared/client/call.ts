/** @module One call, live: the devices of those in it connect each to each over its topic. */
/// <reference lib="dom" />
import type { RealtimeChannel, SupabaseClient } from "@supabase/supabase-js";
import { ApiProblem, type CallApi } from "./api.ts";
import { createEmitter } from "./emitter.ts";
import { Peer, type Signal } from "./peer.ts";
import type { Call, EndReason } from "./types.ts";
import type { Timers } from "./typing.ts";

/** Another device in the call. */
export interface CallPeer {
  readonly device: string;
  readonly userId: string;
  /** What it sends; empty until it does. */
  readonly stream: MediaStream;
  readonly state: RTCPeerConnectionState;
}

/** What a call says. */
export interface CallEvents {
  /** Devices came, went, or began to send: read `peers`. */
  change: readonly CallPeer[];
  /** Too many to send to each other: it goes on in this room of the call server. */
  server: { readonly url: string; readonly token: string };
  /** It is over for this device. */
  end: { readonly reason: EndReason };
}

/** What a call needs of the helper around it. */
export interface CallContext {
  readonly supabase: SupabaseClient;
  readonly call: CallApi;
  readonly timers: Timers;
  readonly userId: string;
  /** Called once when the call has ended. */
  ended(callId: string): void;
}

interface IceServers {
  readonly ice_servers: readonly RTCIceServer[];
  readonly expires_at: string;
}

/** How often the call is read again, besides whenever a sign comes. */
const VERIFY_MS = 30_000;
/** Credentials of relays are renewed when less than this is left of them. */
const RENEW_MS = 300_000;

/** A call that this device takes part in. */
export class LiveCall {
  readonly id: string;
  readonly #context: CallContext;
  readonly #local: MediaStream | undefined;
  readonly #emitter = createEmitter<CallEvents>();
  /** A person may be in a call with two devices, and come back with a new one. */
  readonly #device = crypto.randomUUID();
  readonly #peers = new Map<string, Peer>();
  #ice: IceServers = { ice_servers: [], expires_at: new Date(0).toISOString() };
  readonly #present = new Set<string>();
  #topic = "";
  #channel: RealtimeChannel | undefined;
  #isOnServer = false;
  #hasEnded = false;
  #cancelVerify: () => void = () => undefined;

  constructor(context: CallContext, id: string, local: MediaStream | undefined) {
    this.id = id;
    this.#context = context;
    this.#local = local;
  }

  /** Listens; the answer stops listening. */
  on: ReturnType<typeof createEmitter<CallEvents>>["on"] = (name, listener) =>
    this.#emitter.on(name, listener);

  /** The other devices in the call. */
  get peers(): readonly CallPeer[] {
    return [...this.#peers.values()];
  }

  /** Joins the call, or answers it. */
  async start(): Promise<void> {
    const call = await this.#context.call<Call>("POST", `/calls/${this.id}/join`);
    await this.#renewIce();
    this.#take(call);
    this.#verifyLater();
  }

  /** Sends another track to everybody in place of the one of its kind; null sends none. */
  async replaceTrack(kind: "audio" | "video", track: MediaStreamTrack | null): Promise<void> {
    await Promise.all([...this.#peers.values()].map((peer) => peer.replaceTrack(kind, track)));
  }

  /** Leaves the call. */
  async leave(): Promise<void> {
    this.end("closed");
    await this.#context.call("POST", `/calls/${this.id}/leave`);
  }

  /** Reads how the call stands: who is in it, where, and whether one still is. */
  async verify(): Promise<void> {
    if (this.#hasEnded) return;
    try {
      const call = await this.#context.call<Call>("GET", `/calls/${this.id}`);
      if (Date.parse(this.#ice.expires_at) - this.#context.timers.now() < RENEW_MS) {
        await this.#renewIce();
      }
      this.#take(call);
    } catch (error) {
      // Out of reach is no reason to hang up: media may still flow.
      if (error instanceof ApiProblem && [403, 404].includes(error.status)) this.end("removed");
    }
  }

  /** Closes everything; nothing more comes. */
  end(reason: EndReason): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#cancelVerify();
    for (const device of [...this.#peers.keys()]) this.#say(device, { event: "hangup" });
    this.#closePeers(() => true);
    this.#leaveTopic();
    this.#emitter.emit("end", { reason });
    this.#context.ended(this.id);
  }

  async #renewIce(): Promise<void> {
    this.#ice = await this.#context.call<IceServers>("GET", `/calls/${this.id}/ice-servers`);
  }

  #take(call: Call): void {
    if (this.#hasEnded) return;
    const joined = new Set(
      call.participants.filter(({ state }) => state === "joined").map(({ id }) => id),
    );
    if (call.ended_at !== null) return this.end("over");
    if (!joined.has(this.#context.userId)) return this.end("removed");
    this.#closePeers((peer) => !joined.has(peer.userId));
    this.#moveTo(call.topic);
    if (call.livekit === null || this.#isOnServer) return;
    this.#isOnServer = true;
    this.#closePeers(() => true);
    this.#emitter.emit("server", call.livekit);
  }

  #moveTo(topic: string): void {
    if (topic === this.#topic) return;
    this.#leaveTopic();
    this.#topic = topic;
    const channel = this.#context.supabase.channel(topic, {
      config: { private: true, presence: { key: this.#device } },
    });
    this.#channel = channel;
    channel
      .on("broadcast", { event: "*" }, ({ event, payload }) => {
        if (channel === this.#channel) this.#hear(event, payload);
      })
      .on("presence", { event: "sync" }, () => {
        if (channel === this.#channel) this.#meet(channel.presenceState());
      })
      .subscribe((state) => {
        if (channel !== this.#channel) return;
        if (state === "SUBSCRIBED") {
          void channel.track({ user_id: this.#context.userId, device: this.#device });
        } else void this.verify();
      });
  }

  /** Connects to who is there. Of two devices the one with the smaller id offers. */
  #meet(presences: Readonly<Record<string, readonly object[]>>): void {
    this.#present.clear();
    for (const [device, [presence]] of Object.entries(presences)) {
      if (presence === undefined || !("user_id" in presence)) continue;
      this.#peerOf(device, String(presence.user_id));
    }
    this.#sweep();
  }

  #peerOf(device: string, userId: string): void {
    this.#present.add(device);
    if (device === this.#device || this.#peers.has(device) || this.#isOnServer) return;
    const peer = new Peer({
      device,
      userId,
      leads: this.#device < device,
      local: this.#local,
      iceServers: this.#ice.ice_servers,
      say: (signal) => this.#say(device, signal),
      changed: () => this.#sweep(),
    });
    this.#peers.set(device, peer);
  }

  #hear(event: string, payload: Record<string, unknown>): void {
    if (event === "call.changed") return void this.verify();
    if (payload["to"] !== this.#device) return;
    const from = String(payload["from"]);
    // An offer may come before the news that somebody is there.
    if (event === "offer") this.#peerOf(from, String(payload["user_id"]));
    const peer = this.#peers.get(from);
    if (event === "hangup") this.#closePeers((other) => other === peer);
    else if (["offer", "answer", "candidate"].includes(event)) {
      // What it holds is checked by the browser that takes it in.
      peer?.take({ ...payload, event } as Exclude<Signal, { event: "hangup" }>);
    }
  }

  #say(to: string, { event, ...fields }: Signal): void {
    if (this.#channel?.state !== "joined") return;
    const payload = { ...fields, from: this.#device, user_id: this.#context.userId, to };
    void this.#channel.send({ type: "broadcast", event, payload });
  }

  /** Whoever is off the topic may still be heard; whoever is neither there nor heard has gone. */
  #sweep(): void {
    this.#closePeers(({ device, state }) => !this.#present.has(device) && state !== "connected");
    this.#emitter.emit("change", this.peers);
  }

  #closePeers(isOver: (peer: Peer) => boolean): void {
    const over = [...this.#peers.values()].filter(isOver);
    for (const peer of over) {
      this.#peers.delete(peer.device);
      peer.close();
    }
    if (over.length > 0) this.#emitter.emit("change", this.peers);
  }

  #leaveTopic(): void {
    const channel = this.#channel;
    this.#channel = undefined;
    if (channel !== undefined) void this.#context.supabase.removeChannel(channel);
  }

  #verifyLater(): void {
    if (this.#hasEnded) return;
    this.#cancelVerify = this.#context.timers.after(VERIFY_MS, () => {
      void this.verify();
      this.#verifyLater();
    });
  }
}
