/** @module People on the running stack, each with the helper, and sockets that can be cut. */
import assert from "node:assert/strict";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { createTownsquare, type Townsquare } from "../../shared/client/mod.ts";
import { stackInfo } from "../support/stack.ts";

/** A person with a device. */
export interface Device {
  readonly id: string;
  readonly client: SupabaseClient;
  readonly square: Townsquare;
  /** Cuts the socket as a bad network does. */
  cut(): void;
  /** Loses the answers of the next so many writes, after the server has done them. */
  loseAnswers(count: number): void;
  close(): Promise<void>;
}

/** Any code but the clean one: the client is to come back. */
const CUT_CODE = 3_001;

/** Signs somebody up and starts the helper. */
export async function openDevice(name: string): Promise<Device> {
  const { url, publishable_key: key } = stackInfo();
  const sockets: WebSocket[] = [];
  let losing = 0;
  class CutSocket extends WebSocket {
    constructor(...args: ConstructorParameters<typeof WebSocket>) {
      super(...args);
      sockets.push(this);
    }
  }
  const client = createClient(url, key, {
    auth: { persistSession: false, autoRefreshToken: false },
    realtime: { transport: CutSocket },
    global: {
      async fetch(input, init) {
        const response = await fetch(input, init);
        if (losing === 0 || init?.method !== "POST" || !/messages$/.test(String(input))) {
          return response;
        }
        losing -= 1;
        await response.body?.cancel();
        throw new TypeError("the network went away");
      },
    },
  });
  const handle = `${name}_${crypto.randomUUID().slice(0, 8)}`;
  const { data, error } = await client.auth.signUp({
    email: `${handle}@townsquare.test`,
    password: "correct horse battery",
    options: { data: { handle, display_name: name } },
  });
  assert.equal(error, null);
  const square = await createTownsquare(client, { device: name });
  return {
    id: data.user?.id ?? "",
    client,
    square,
    cut() {
      for (const socket of sockets.splice(0)) socket.close(CUT_CODE);
    },
    loseAnswers(count) {
      losing = count;
    },
    async close() {
      await square.close();
      await client.removeAllChannels();
      await client.realtime.disconnect();
    },
  };
}

/** A room with some members. */
export async function openRoomOf(
  owner: Device,
  members: readonly Device[],
): Promise<{ id: string; topic: string }> {
  const room = await owner.square.call<{ id: string; topic: string }>("POST", "/rooms", {
    name: "Harbour",
    kind: "channel",
  });
  for (const member of members) await member.square.call("POST", `/rooms/${room.id}/join`);
  return room;
}
