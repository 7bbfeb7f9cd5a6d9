/**
 * @module The connection to one other device of a call: offers, answers, and two offers at once
 * ("perfect negotiation" of the WebRTC specification).
 */
/// <reference lib="dom" />

/** What one device says to another. */
export type Signal =
  | { readonly event: "offer" | "answer"; readonly description: RTCSessionDescriptionInit }
  | { readonly event: "candidate"; readonly candidate: RTCIceCandidateInit }
  | { readonly event: "hangup" };

/** What a connection needs of the call around it. */
export interface PeerContext {
  readonly device: string;
  readonly userId: string;
  /** One of the two offers first, and insists when both offer at once. */
  readonly leads: boolean;
  readonly local: MediaStream | undefined;
  readonly iceServers: readonly RTCIceServer[];
  say(signal: Signal): void;
  /** What it sends, or how it stands, has changed. */
  changed(): void;
}

/** A connection to one device. */
export class Peer {
  readonly device: string;
  readonly userId: string;
  /** What the other device sends. */
  readonly stream = new MediaStream();
  readonly #context: PeerContext;
  readonly #connection: RTCPeerConnection;
  /** Signals are taken in one after the other: a candidate belongs to what was said before. */
  #queue = Promise.resolve();
  #isOffering = false;
  #isIgnoring = false;
  #hasTracks = false;

  constructor(context: PeerContext) {
    this.device = context.device;
    this.userId = context.userId;
    this.#context = context;
    this.#connection = new RTCPeerConnection({ iceServers: [...context.iceServers] });
    this.#connection.ontrack = ({ track }) => {
      this.stream.addTrack(track);
      context.changed();
    };
    this.#connection.onicecandidate = ({ candidate }) => {
      if (candidate !== null) context.say({ event: "candidate", candidate: candidate.toJSON() });
    };
    this.#connection.onnegotiationneeded = () => void this.#offer();
    this.#connection.onconnectionstatechange = () => {
      if (this.state === "failed" && context.leads) this.#connection.restartIce();
      context.changed();
    };
    if (context.leads) this.#addTracks();
  }

  /** How the connection stands. */
  get state(): RTCPeerConnectionState {
    return this.#connection.connectionState;
  }

  /** Takes in what the other device says. */
  take(signal: Exclude<Signal, { event: "hangup" }>): void {
    this.#queue = this.#queue.then(() => this.#answer(signal)).catch(() => {
      // Nonsense of one device must not stop the call; a connection that fails shows it.
    });
  }

  /** Sends another track in place of the one of its kind, as when a screen is shown. */
  async replaceTrack(kind: string, track: MediaStreamTrack | null): Promise<void> {
    const sender = this.#connection.getTransceivers()
      .find((transceiver) => transceiver.receiver.track.kind === kind)?.sender;
    await sender?.replaceTrack(track);
  }

  /** Ends the connection. */
  close(): void {
    this.#connection.onconnectionstatechange = null;
    this.#connection.close();
  }

  #addTracks(): void {
    if (this.#hasTracks) return;
    this.#hasTracks = true;
    const { local, leads } = this.#context;
    const tracks = local?.getTracks() ?? [];
    for (const track of tracks) this.#connection.addTrack(track, ...(local ? [local] : []));
    // Whoever only listens has something to offer as well: an ear.
    if (leads && tracks.length === 0) {
      this.#connection.addTransceiver("audio", { direction: "recvonly" });
    }
  }

  async #offer(): Promise<void> {
    this.#isOffering = true;
    try {
      await this.#connection.setLocalDescription();
      this.#sayDescription();
    } catch {
      // Closed in the meantime.
    } finally {
      this.#isOffering = false;
    }
  }

  async #answer(signal: Exclude<Signal, { event: "hangup" }>): Promise<void> {
    const connection = this.#connection;
    if (signal.event === "candidate") {
      if (!this.#isIgnoring) await connection.addIceCandidate(signal.candidate);
      return;
    }
    const isOffer = signal.event === "offer";
    const collides = isOffer && (this.#isOffering || connection.signalingState !== "stable");
    this.#isIgnoring = collides && this.#context.leads;
    if (this.#isIgnoring) return;
    await connection.setRemoteDescription({ ...signal.description, type: signal.event });
    if (!isOffer) return;
    this.#addTracks();
    await connection.setLocalDescription();
    this.#sayDescription();
  }

  #sayDescription(): void {
    const description = this.#connection.localDescription;
    if (description === null) return;
    const event = description.type === "offer" ? "offer" : "answer";
    this.#context.say({ event, description: description.toJSON() });
  }
}
