/** @module The people, posts and messages that a bench looks at; made through the product. */
import type { SupabaseClient } from "@supabase/supabase-js";
import { decodeJwt } from "jose";

/** Somebody who has signed up. */
export interface BenchPerson {
  readonly id: string;
  readonly client: SupabaseClient;
  readonly claims: Readonly<Record<string, unknown>>;
  get(path: string): Promise<unknown>;
  post(path: string, body?: unknown): Promise<Record<string, string>>;
}

/** What was made. */
export interface World {
  readonly writer: BenchPerson;
  readonly reader: BenchPerson;
  readonly roomId: string;
  readonly topic: string;
  close(): Promise<void>;
}

const POSTS = 200;
const MESSAGES = 500;
const ROWS_PER_INSERT = 100;

async function signUp(
  connect: () => SupabaseClient,
  api: string,
  apikey: string,
): Promise<BenchPerson> {
  const client = connect();
  const handle = `bench_${crypto.randomUUID().slice(0, 12).replaceAll("-", "")}`;
  const { data, error } = await client.auth.signUp({
    email: `${handle}@townsquare.test`,
    password: "correct horse battery",
    options: { data: { handle, display_name: "Bench" } },
  });
  if (error !== null || data.session === null || data.user === null) {
    throw error ?? new Error("sign-up gave no session");
  }
  const token = data.session.access_token;
  await client.realtime.setAuth(token);
  const call = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${api}${path}`, {
      method,
      headers: { apikey, authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === "" ? {} : JSON.parse(text);
  };
  return {
    id: data.user.id,
    client,
    claims: decodeJwt(token),
    get: (path) => call("GET", path),
    post: (path, body) => call("POST", path, body),
  };
}

async function insertMany(client: SupabaseClient, table: string, rows: readonly object[]) {
  for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) {
    const { error } = await client.from(table).insert(rows.slice(start, start + ROWS_PER_INSERT));
    if (error !== null) throw new Error(`${table}: ${error.message}`);
  }
}

/** Makes the world through the official client and the API. */
export async function makeWorld(
  connect: () => SupabaseClient,
  api: string,
  apikey: string,
): Promise<World> {
  const [writer, reader] = [
    await signUp(connect, api, apikey),
    await signUp(connect, api, apikey),
  ];
  const room = await writer.post("/rooms", { name: "Bench", kind: "channel" });
  const { id: roomId = "", topic = "" } = room;
  await reader.post(`/rooms/${roomId}/join`);
  await insertMany(reader.client, "follows", [{ followee_id: writer.id }]);
  const texts = (count: number) => Array.from({ length: count }, (_, i) => `bench line ${i}`);
  await insertMany(writer.client, "posts", texts(POSTS).map((body) => ({ body })));
  const messages = texts(MESSAGES).map((body) => ({ body, room_id: roomId }));
  await insertMany(writer.client, "messages", messages);
  return {
    writer,
    reader,
    roomId,
    topic,
    async close() {
      for (const { client } of [writer, reader]) await client.removeAllChannels();
    },
  };
}
