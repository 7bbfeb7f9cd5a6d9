/**
 * @module A small chat page, as an app would make it of the client helper. Tests drive it in a
 * real browser.
 */
/// <reference lib="dom" />
import { createClient } from "@supabase/supabase-js";
import {
  createTownsquare,
  describeTyping,
  type Entry,
  type LiveCall,
  type LiveRoom,
  type Townsquare,
} from "../../shared/client/mod.ts";

function element<Kind extends HTMLElement>(id: string): Kind {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`${id} is not on the page`);
  return found as Kind;
}

function showList(id: string, lines: readonly string[]): void {
  element(id).replaceChildren(...lines.map((line) => {
    const item = document.createElement("li");
    item.textContent = line;
    return item;
  }));
}

/** One line: what was said, by whom, and what others made of it. */
function lineOf(entry: Entry): string {
  if (entry.state !== "sent") return `${entry.draft.body} (${entry.state})`;
  const { author, body, kind, pinned, reactions, receipt } = entry.message;
  const given = reactions.map(({ emoji, count, me }) => ` ${emoji}${count}${me ? "*" : ""}`);
  const come = receipt === undefined ? "" : ` (${receipt})`;
  return kind === "system"
    ? body
    : `${pinned ? "📌 " : ""}${author.display_name}: ${body}${given.join("")}${come}`;
}

function showVideos(call: LiveCall): void {
  element("videos").replaceChildren(...call.peers.map((peer) => {
    const known = document.querySelector<HTMLVideoElement>(`[data-device="${peer.device}"]`);
    if (known !== null) return known;
    const video = document.createElement("video");
    video.dataset["device"] = peer.device;
    video.muted = true;
    video.autoplay = true;
    video.srcObject = peer.stream;
    return video;
  }));
}

/** Loudness of what a stream sounds like right now: 0 is silence. */
function createMeter(stream: MediaStream): () => number {
  const audio = new AudioContext();
  const analyser = audio.createAnalyser();
  audio.createMediaStreamSource(stream).connect(analyser);
  void audio.resume();
  const samples = new Float32Array(analyser.fftSize);
  return () => {
    analyser.getFloatTimeDomainData(samples);
    return Math.max(...samples.map(Math.abs));
  };
}

/** Sockets that can be cut, as a bad network does. */
const sockets: WebSocket[] = [];
/** Any code but the clean one: the client is to come back. */
const CUT_CODE = 3_001;

class CutSocket extends WebSocket {
  constructor(address: string | URL, protocols?: string | string[]) {
    super(address, protocols);
    sockets.push(this);
  }
}

class App {
  readonly heard: { readonly name: string; readonly payload: unknown }[] = [];
  ended: string | undefined;
  callEnded: string | undefined;
  #square: Townsquare | undefined;
  #room: LiveRoom | undefined;
  #call: LiveCall | undefined;
  #names = new Map<string, string>();
  #meter: (() => number) | undefined;

  get square(): Townsquare {
    if (this.#square === undefined) throw new Error("nobody is signed in");
    return this.#square;
  }

  get room(): LiveRoom {
    if (this.#room === undefined) throw new Error("no room is open");
    return this.#room;
  }

  async signUp(url: string, key: string, name: string): Promise<string> {
    const client = createClient(url, key, { realtime: { transport: CutSocket } });
    const handle = `${name.toLowerCase()}_${crypto.randomUUID().slice(0, 8)}`;
    const { data, error } = await client.auth.signUp({
      email: `${handle}@townsquare.test`,
      password: "correct horse battery",
      options: { data: { handle, display_name: name } },
    });
    if (error !== null) throw error;
    this.#square = await createTownsquare(client, { device: name });
    this.#square.on("event", (event) => this.heard.push(event));
    const isLive = Promise.withResolvers<void>();
    this.#square.on("live", () => isLive.resolve());
    await isLive.promise;
    return data.user?.id ?? "";
  }

  /** Cuts the socket. */
  cut(): void {
    for (const socket of sockets.splice(0)) socket.close(CUT_CODE);
  }

  /** Shows a room; resolves once it is live. */
  async openRoom(id: string): Promise<void> {
    const room = await this.square.openRoom(id);
    this.#room = room;
    // Listened for before anything is waited for: it may come at any moment.
    const isLive = Promise.withResolvers<void>();
    room.on("live", () => isLive.resolve());
    const { items } = await this.square.call<{
      items: { id: string; display_name: string }[];
    }>("GET", `/rooms/${id}/members`);
    for (const member of items) this.#names.set(member.id, member.display_name);
    room.on("change", (entries) => showList("lines", entries.map(lineOf)));
    room.on("typing", (ids) => {
      const names = ids.map((userId) => this.#names.get(userId) ?? "Somebody");
      element("typing").textContent = describeTyping(names);
    });
    room.on("reply", ({ body }) => this.heard.push({ name: "reply", payload: body }));
    room.on("event", (event) => {
      this.heard.push(event);
      if (event.name === "pin.changed") void this.#showPins(id);
    });
    room.on("end", ({ reason }) => this.ended = reason);
    const say = element<HTMLInputElement>("say");
    say.oninput = () => room.pressKey();
    say.onkeydown = ({ key }) => {
      if (key !== "Enter") return;
      void room.send(say.value);
      say.value = "";
    };
    await isLive.promise;
  }

  async #showPins(id: string): Promise<void> {
    const { items } = await this.square.call<{ items: { body: string }[] }>(
      "GET",
      `/rooms/${id}/pins`,
    );
    showList("pins", items.map(({ body }) => body));
  }

  /** Joins a call with the camera, or the microphone alone. */
  async joinCall(id: string, kind: "audio" | "video"): Promise<void> {
    const local = await navigator.mediaDevices.getUserMedia({
      audio: true,
      video: kind === "video" && { width: 160, height: 120, frameRate: 15 },
    });
    const call = await this.square.joinCall(id, local);
    this.#call = call;
    call.on("change", () => showVideos(call));
    call.on("end", ({ reason }) => {
      this.callEnded = reason;
      for (const track of local.getTracks()) track.stop();
    });
    showVideos(call);
  }

  async leaveCall(): Promise<void> {
    await this.#call?.leave();
  }

  /** How each of the other devices comes over, and the sound of the first. */
  watchCall() {
    const videos = [...document.querySelectorAll<HTMLVideoElement>("#videos video")];
    const [first] = this.#call?.peers ?? [];
    if (first !== undefined && first.stream.getAudioTracks().length > 0) {
      this.#meter ??= createMeter(first.stream);
    }
    return {
      states: this.#call?.peers.map(({ state }) => state) ?? [],
      frames: videos.map((video) => video.getVideoPlaybackQuality().totalVideoFrames),
      widths: videos.map(({ videoWidth }) => videoWidth),
      pictures: videos.map(pictureOf),
      loudness: this.#meter?.() ?? 0,
    };
  }
}

/** A number that differs from picture to picture. */
function pictureOf(video: HTMLVideoElement): number {
  if (video.videoWidth === 0) return 0;
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  const context = canvas.getContext("2d");
  if (context === null) return 0;
  context.drawImage(video, 0, 0);
  let sum = 7;
  for (const value of context.getImageData(0, 0, canvas.width, canvas.height).data) {
    sum = (sum * 31 + value) % 1_000_000_007;
  }
  return sum;
}

const app = new App();
/** What tests call. */
export type PageApp = App;
Object.assign(globalThis, { app });
