/** @module Many sockets that listen to the same topics, and when each of them heard what. */

/** Who listens. */
export interface CrowdOptions {
  /** Of the server, without a path. */
  readonly url: string;
  readonly apikey: string;
  /** Topics with whether they are private. */
  readonly topics: readonly (readonly [name: string, isPrivate: boolean])[];
  /** A token for each socket. */
  readonly tokens: readonly string[];
}

/** What has been heard of one message. */
interface Hearing {
  readonly startedAt: number;
  readonly samples: number[];
  left: number;
  readonly done: () => void;
}

const MARK = /bench (\d+)\|/;
const HEARTBEAT_MS = 25_000;

/** The text by which a message is known again. */
function marked(n: number): string {
  return `bench ${n}| and a few more words, as people write them`;
}

/** Sockets that have joined. */
export class Crowd {
  readonly sockets: WebSocket[] = [];
  readonly #hearings = new Map<number, Hearing>();
  readonly #decoder = new TextDecoder();
  #heartbeat: ReturnType<typeof setInterval> | undefined;
  #next = 0;

  /** Opens all of them, a few at a time. */
  static async open(options: CrowdOptions): Promise<Crowd> {
    const crowd = new Crowd();
    for (const token of options.tokens) crowd.sockets.push(await crowd.#join(options, token));
    crowd.#heartbeat = setInterval(() => {
      const beat = JSON.stringify([null, "0", "phoenix", "heartbeat", {}]);
      for (const socket of crowd.sockets) socket.send(beat);
    }, HEARTBEAT_MS);
    return crowd;
  }

  /** Sends by `send`; resolves with the milliseconds until each socket heard it. */
  async tell(send: (text: string) => unknown): Promise<readonly number[]> {
    const n = ++this.#next;
    const { promise, resolve } = Promise.withResolvers<void>();
    const startedAt = performance.now();
    const hearing = { startedAt, samples: [], left: this.sockets.length, done: resolve };
    this.#hearings.set(n, hearing);
    const sent = await send(marked(n));
    await Promise.all([promise, sent]);
    this.#hearings.delete(n);
    return hearing.samples;
  }

  /** Closes all of them. */
  async close(): Promise<void> {
    clearInterval(this.#heartbeat);
    await Promise.all(this.sockets.map((socket) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      socket.onclose = () => resolve();
      socket.close();
      return promise;
    }));
  }

  async #join({ url, apikey, topics }: CrowdOptions, token: string): Promise<WebSocket> {
    const socket = new WebSocket(`${url}/socket/websocket?apikey=${apikey}&vsn=2.0.0`);
    socket.binaryType = "arraybuffer";
    const { promise: opened, resolve, reject } = Promise.withResolvers<void>();
    socket.onopen = () => resolve();
    socket.onerror = () => reject(new Error("the socket was refused"));
    await opened;
    for (const [name, isPrivate] of topics) {
      const { promise: joined, resolve: yes, reject: no } = Promise.withResolvers<void>();
      socket.onmessage = ({ data }) => {
        if (typeof data !== "string" || !data.includes("phx_reply")) return;
        if (data.includes('"status":"ok"')) yes();
        else no(new Error(`${name}: ${data}`));
      };
      const config = { private: isPrivate, broadcast: { self: false, ack: false } };
      const payload = { config, access_token: token };
      socket.send(JSON.stringify(["1", "1", `realtime:${name}`, "phx_join", payload]));
      await joined;
    }
    socket.onmessage = ({ data }) => this.#hear(data);
    return socket;
  }

  #hear(data: string | ArrayBuffer): void {
    const text = typeof data === "string" ? data : this.#decoder.decode(data);
    const [, n] = MARK.exec(text) ?? [];
    const hearing = this.#hearings.get(Number(n));
    if (hearing === undefined) return;
    hearing.samples.push(performance.now() - hearing.startedAt);
    hearing.left -= 1;
    if (hearing.left === 0) hearing.done();
  }
}
