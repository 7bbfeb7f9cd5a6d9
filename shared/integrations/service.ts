/** @module Use cases of outgoing webhooks. */
import type { Page } from "../core/cursor.ts";
import { invalidField } from "../core/errors.ts";
import type { ListQuery } from "../core/shapes.ts";
import type { AppDeps } from "../platform/deps.ts";
import { type Person, viewerKey } from "../platform/postgres.ts";
import type {
  Endpoint,
  EndpointChanges,
  EventDelivery,
  MadeEndpoint,
  NewEndpoint,
  RotatedSecret,
} from "./schemas.ts";
import { newSecret, sealSecret } from "./secrets.ts";
import * as webhooks from "./sql.ts";

/** What webhooks need. */
export type WebhooksDeps = Pick<AppDeps, "config" | "db" | "cursors" | "newId" | "outside">;

function first<T>(rows: readonly T[]): T {
  const [row] = rows;
  if (row === undefined) throw new Error("The function answers with one row");
  return row;
}

/** Refuses addresses that may not be called. */
export async function checkTarget(
  { outside }: Pick<WebhooksDeps, "outside">,
  url: string,
): Promise<void> {
  if (await outside.check(url) !== undefined) {
    throw invalidField("url", "Name a public address by http or https");
  }
}

/** Makes a webhook; its secret is in this answer and nowhere else. */
export async function createEndpoint(
  deps: WebhooksDeps,
  viewer: Person,
  input: NewEndpoint,
): Promise<MadeEndpoint> {
  await checkTarget(deps, input.url);
  const [id, secret] = [deps.newId(), newSecret()];
  const sealed = sealSecret(deps, id, secret);
  return await deps.db.asViewer(viewer, async (sql) => {
    const { endpoint } = first(await webhooks.insertEndpoint(sql, id, input, sealed));
    return { ...endpoint, secret };
  });
}

/** Lists the webhooks that the viewer may change, the oldest first. */
export async function listEndpoints(
  deps: WebhooksDeps,
  viewer: Person,
  { limit, cursor }: ListQuery,
): Promise<Page<Endpoint>> {
  const scope = { list: "webhooks", viewer: viewerKey(viewer) };
  const after = deps.cursors.open(scope, cursor);
  const rows = await deps.db.read(
    viewer,
    (sql) => webhooks.selectEndpoints(sql, after, limit + 1),
  );
  return deps.cursors.page(scope, rows.map(({ endpoint }) => endpoint), {
    limit,
    keyOf: ({ id }) => [id],
  });
}

/** Changes a webhook. */
export async function changeEndpoint(
  deps: WebhooksDeps,
  viewer: Person,
  id: string,
  changes: EndpointChanges,
): Promise<Endpoint> {
  if (changes.url !== undefined) await checkTarget(deps, changes.url);
  return await deps.db.asViewer(
    viewer,
    async (sql) => first(await webhooks.updateEndpoint(sql, id, changes)).endpoint,
  );
}

/** Ends a webhook. */
export async function deleteEndpoint(
  deps: WebhooksDeps,
  viewer: Person,
  id: string,
): Promise<void> {
  await deps.db.asViewer(viewer, async (sql) => {
    await webhooks.deleteEndpoint(sql, id);
  });
}

/** Replaces the secret of a webhook; the new one is in this answer and nowhere else. */
export function rotateSecret(
  deps: WebhooksDeps,
  viewer: Person,
  id: string,
): Promise<RotatedSecret> {
  const secret = newSecret();
  return deps.db.asViewer(viewer, async (sql) => ({
    id,
    secret,
    ...first(await webhooks.rotateSecret(sql, id, sealSecret(deps, id, secret))),
  }));
}

/** Lists what a webhook was told, the newest first. */
export async function listDeliveries(
  deps: WebhooksDeps,
  viewer: Person,
  id: string,
  { limit, cursor }: ListQuery,
): Promise<Page<EventDelivery>> {
  const scope = { list: `webhooks/${id}/deliveries`, viewer: viewerKey(viewer) };
  const before = deps.cursors.open(scope, cursor);
  const rows = await deps.db.asViewer(
    viewer,
    (sql) => webhooks.selectDeliveries(sql, id, before, limit + 1),
  );
  return deps.cursors.page(scope, rows.map(({ delivery }) => delivery), {
    limit,
    keyOf: ({ created_at, id: deliveryId }) => [created_at, deliveryId],
  });
}

/** Has an event told once more. */
export function redeliver(
  deps: WebhooksDeps,
  viewer: Person,
  id: string,
  deliveryId: string,
): Promise<EventDelivery> {
  return deps.db.asViewer(
    viewer,
    async (sql) => first(await webhooks.redeliver(sql, id, deliveryId)).delivery,
  );
}
