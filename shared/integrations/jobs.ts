/** @module Tells other systems of events: in order for each, signed, tried again, with a log. */
import type { Consumer, ScheduledTask } from "../outbox/mod.ts";
import type { AppDeps } from "../platform/deps.ts";
import { OutsideError } from "../platform/outside.ts";
import { resealSecrets, signed } from "./secrets.ts";
import {
  type Attempt,
  claimDelivery,
  type ClaimedDelivery,
  enqueueDeliveries,
  finishDelivery,
  tendWebhooks,
  wakeEndpoint,
} from "./sql.ts";

/** What sending needs. */
export type SendDeps = Pick<AppDeps, "config" | "db" | "outside" | "now" | "log">;

/** How long an endpoint may take; its lease is longer. */
const TIMEOUT_MS = 15_000;
/** Bytes that are read of its answer, and kept in the log. */
const ANSWER_BYTES_MAX = 4_096;
/** One run ends after so many deliveries, or so long; what is left has a run of its own. */
const DELIVERIES_MAX = 50;
const RUN_MS_MAX = 30_000;

/** Text that Postgres can keep, whatever the bytes are. */
function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).replaceAll("\0", "\uFFFD");
}

function failed(error: string, durationMs: number): Attempt {
  return { status: null, body: null, error, durationMs };
}

async function attempt(
  deps: SendDeps,
  endpointId: string,
  delivery: ClaimedDelivery,
): Promise<Attempt> {
  const startedAt = performance.now();
  const elapsed = () => Math.round(performance.now() - startedAt);
  const signatures = signed(deps, endpointId, delivery, deps.now());
  if (signatures === undefined) {
    deps.log.error("no secret of a webhook opens: SECRETS_KEY is not the one that sealed it", {
      endpoint: endpointId,
    });
    return failed("The secret cannot be opened; replace it", elapsed());
  }
  try {
    const answer = await deps.outside.send({
      url: delivery.url,
      method: "POST",
      headers: {
        "content-type": "application/cloudevents+json",
        "user-agent": "Townsquare webhooks",
        ...signatures,
      },
      body: delivery.body,
      redirectsMax: 0,
      bytesMax: ANSWER_BYTES_MAX,
      isCut: true,
      isStatusEnough: true,
      timeoutMs: TIMEOUT_MS,
    });
    const isTaken = answer.status >= 200 && answer.status < 300;
    return {
      status: answer.status,
      body: textOf(answer.body),
      error: isTaken ? null : `The endpoint answered ${answer.status}`,
      durationMs: elapsed(),
    };
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    return failed(error.message, elapsed());
  }
}

/** Sends what waits for one endpoint, the oldest first, until one fails or none is left. */
export async function sendWaiting(deps: SendDeps, endpointId: string): Promise<void> {
  const startedAt = performance.now();
  for (let count = 0; count < DELIVERIES_MAX; count++) {
    if (performance.now() - startedAt > RUN_MS_MAX) break;
    const [row] = await deps.db.asService(
      "deliveries are closed to people",
      (sql) => claimDelivery(sql, endpointId),
    );
    const claimed = row?.claimed;
    if (claimed === null || claimed === undefined) return;
    const result = await attempt(deps, endpointId, claimed);
    const [note] = await deps.db.asService(
      "deliveries are closed to people",
      (sql) => finishDelivery(sql, endpointId, claimed, result),
    );
    deps.log.info("webhook sent", {
      endpoint: endpointId,
      delivery: claimed.id,
      status: result.status,
      outcome: note?.outcome,
      duration_ms: result.durationMs,
    });
    if (note?.outcome === "pending" || note?.outcome === "lost") return;
  }
  await deps.db.asService("deliveries are closed to people", async (sql) => {
    await wakeEndpoint(sql, endpointId);
  });
}

/** Puts events in line for those who want to be told. */
export const webhooksConsumer: Consumer = {
  name: "webhooks",
  topics: ["webhook.wanted"],
  async handle(_deps, { payload }, sql) {
    await enqueueDeliveries(sql, String(payload.event_id));
  },
};

/** Sends what is in line: no transaction is open while somebody else's system takes its time. */
export const sendConsumer: Consumer = {
  name: "send_webhooks",
  topics: ["webhook.due"],
  handle: () => Promise.resolve(),
  afterwards: (deps, { subject_id: endpointId }) => sendWaiting(deps, endpointId),
};

/** Forgets what is old, and has sent what a process that died has left. */
export const webhooksTask: ScheduledTask = {
  name: "webhooks",
  cron: "* * * * *",
  async run(deps) {
    await deps.db.asService("upkeep touches everybody's rows", async (sql) => {
      await tendWebhooks(sql);
    });
    await resealSecrets(deps);
  },
};
