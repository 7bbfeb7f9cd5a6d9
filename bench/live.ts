/** @module From an insert to a subscriber, beside a bare LISTEN, NOTIFY and WebSocket echo. */
import type { Sql } from "postgres";
import { row, summarize, type Timing } from "./measure.ts";
import type { World } from "./world.ts";

const MESSAGES = 100;
const CHANNEL = "townsquare_bench";

/** The least that live delivery can cost: NOTIFY to a socket server to a socket. */
async function measureEcho(sql: Sql): Promise<Timing> {
  const sockets = new Set<WebSocket>();
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onopen = () => void sockets.add(socket);
    return response;
  });
  const listening = await sql.listen(CHANNEL, (text) => {
    for (const socket of sockets) socket.send(text);
  });
  const socket = new WebSocket(`ws://127.0.0.1:${server.addr.port}`);
  await new Promise((resolve) => socket.onopen = resolve);
  while (sockets.size === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  const samples: number[] = [];
  for (let n = 0; n < MESSAGES; n++) {
    const arrived = new Promise((resolve) => socket.onmessage = resolve);
    const startedAt = performance.now();
    await sql`select pg_notify(${CHANNEL}, ${String(n)})`;
    await arrived;
    samples.push(performance.now() - startedAt);
  }
  socket.close();
  await listening.unlisten();
  await server.shutdown();
  return summarize("NOTIFY to WebSocket", samples);
}

/** A message inserted by table, until another member's channel has it. */
async function measureMessages(world: World): Promise<Timing> {
  const waiting = new Map<string, () => void>();
  const channel = world.reader.client.channel(world.topic, { config: { private: true } })
    .on("broadcast", { event: "message.created" }, ({ payload }) => {
      waiting.get(payload.message.id)?.();
    });
  await new Promise<void>((resolve, reject) => {
    channel.subscribe((state, error) => {
      if (state === "SUBSCRIBED") resolve();
      if (state === "CHANNEL_ERROR") reject(error ?? new Error("the channel was refused"));
    });
  });
  const samples: number[] = [];
  for (let n = 0; n < MESSAGES; n++) {
    const id = crypto.randomUUID();
    const arrived = new Promise<void>((resolve) => waiting.set(id, resolve));
    const startedAt = performance.now();
    const { error } = await world.writer.client.from("messages")
      .insert({ id, room_id: world.roomId, body: `live ${n}` });
    if (error !== null) throw new Error(error.message);
    await arrived;
    samples.push(performance.now() - startedAt);
  }
  return summarize("message by table to subscriber", samples);
}

/** Rows of the table about live delivery. */
export async function measureLive(sql: Sql, world: World): Promise<string[]> {
  return [row(await measureEcho(sql), await measureMessages(world))];
}
