/** @module Bots and calls of webhooks for tests. */
import assert from "node:assert/strict";
import { createHooks } from "../../shared/jobs.ts";
import type { TestApp, TestPerson } from "../support/app.ts";

/** A bot that can ask. */
export interface TestBot extends TestPerson {
  readonly tokenId: string;
}

/** Everything that a token may be for. */
export const ALL_SCOPES = ["messages:read", "messages:write", "posts:write", "rooms:read"];

/** Makes a token of a bot. */
export async function makeToken(
  app: TestApp,
  owner: TestPerson,
  botId: string,
  scopes: readonly string[] = ALL_SCOPES,
): Promise<{ id: string; token: string }> {
  const made = await app.as(owner).post(`/bots/${botId}/tokens`, { scopes });
  assert.equal(made.status, 201, made.text);
  return made.body;
}

/** Makes a bot with a token, and lets it into a room. */
export async function makeBot(
  app: TestApp,
  owner: TestPerson,
  handle: string,
  { scopes = ALL_SCOPES, room }: { scopes?: readonly string[]; room?: { id: string } } = {},
): Promise<TestBot> {
  const made = await app.as(owner).post("/bots", { handle, display_name: handle });
  assert.equal(made.status, 201, made.text);
  const { id } = made.body;
  const token = await makeToken(app, owner, id, scopes);
  if (room !== undefined) {
    const added = await app.as(owner).put(`/bots/${id}/rooms/${room.id}`);
    assert.equal(added.status, 204, added.text);
  }
  return { id, handle, sessionId: token.id, token: token.token, tokenId: token.id };
}

/** Calls a webhook as another system does; forms go as they are. */
export async function callHook(
  app: TestApp,
  url: string,
  body: unknown,
  contentType = "application/json",
): Promise<Response> {
  const { pathname } = new URL(url);
  return await createHooks(app.deps).request(pathname.replace("/functions/v1", ""), {
    method: "POST",
    headers: { "content-type": contentType },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}
