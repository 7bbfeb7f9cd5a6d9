/** @module Leases due messages to one dispatcher; safe with any number of them on one database. */
import type { Db, QstashContext } from "./context.ts";
import type { MessageSpec } from "./spec.ts";

/** A crashed server's messages are free again after this; a living one renews in time. */
export const LEASE_MS = 15_000;
/** Flow control keys looked at in one pass. */
const MAX_FLOW_KEYS = 50;

/** A message that this server is to deliver now. */
export interface ClaimedMessage {
  readonly id: string;
  readonly destination: string;
  readonly topic: string | null;
  readonly endpoint_name: string | null;
  readonly queue: string | null;
  readonly schedule_id: string | null;
  readonly flow_key: string | null;
  readonly labels: string[];
  readonly spec: MessageSpec;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly caller_ip: string | null;
  readonly not_before: Date;
  readonly retried: number;
  readonly created_at: Date;
  readonly lease_token: string;
  readonly current_key: string;
}

interface ClaimInput {
  readonly now: Date;
  readonly limit: number;
  /** Messages that this server is delivering already, whatever their lease says. */
  readonly inFlight: readonly string[];
}

/**
 * A queue lets through the first `parallelism` of its messages. One that waits for its retry keeps
 * its place, so a failing head holds back the rest; one that is delayed has not entered yet.
 */
async function claimRows(db: Db, input: ClaimInput, flowKey?: string): Promise<ClaimedMessage[]> {
  const { now, limit, inFlight } = input;
  const lane = flowKey === undefined ? db`m.flow_key is null` : db`m.flow_key = ${flowKey}`;
  return await db<ClaimedMessage[]>`
    with due as (
      select m.id from qstash.messages m
      where ${lane} and m.not_before <= ${now}
        and (m.state <> 'ACTIVE' or m.lease_until <= ${now})
        and m.id <> all (${[...inFlight]}::text[])
        and (m.queue is null or m.id in (
          select head.id from qstash.queues q
          cross join lateral (
            select h.id from qstash.messages h
            where h.queue = q.name and (h.state <> 'CREATED' or h.not_before <= ${now})
            order by h.seq limit q.parallelism
          ) head
          where not q.paused
        ))
      order by m.not_before, m.seq
      limit ${limit}
      for update of m skip locked
    ), claimed as (
      update qstash.messages m
      set state = 'ACTIVE', lease_token = gen_random_uuid(),
        lease_until = ${new Date(now.getTime() + LEASE_MS)}
      from due where m.id = due.id
      returning m.*
    ), logged as (
      insert into qstash.events (at, message_id, state, destination, topic, endpoint_name, queue,
        schedule_id, flow_key, labels, caller_ip)
      select ${now}, id, 'ACTIVE', destination, topic, endpoint_name, queue,
        schedule_id, flow_key, labels, caller_ip from claimed order by seq
    )
    select c.id, c.destination, c.topic, c.endpoint_name, c.queue, c.schedule_id, c.flow_key,
      c.labels, c.spec, c.body, c.caller_ip, c.not_before, c.retried, c.created_at, c.lease_token,
      k.current_key
    from claimed c cross join qstash.keys k
    order by c.not_before, c.seq`;
}

interface FlowRow {
  parallelism: number | null;
  rate: number | null;
  period_ms: number;
  paused: boolean;
  period_start: Date | null;
  period_count: number;
  active: number;
}

/** Claims what the limits of one key leave room for; the key's row serialises all servers. */
async function claimFlow(db: Db, input: ClaimInput, key: string): Promise<ClaimedMessage[]> {
  const { now } = input;
  const [flow] = await db<FlowRow[]>`
    select parallelism, rate, period_ms::float8 as period_ms, paused, period_start, period_count,
      (select count(*)::int from qstash.messages m
        where m.flow_key = f.key and m.state = 'ACTIVE' and m.lease_until > ${now}) as active
    from qstash.flow f where key = ${key} for update skip locked`;
  if (flow === undefined || flow.paused) return [];
  const started = flow.period_start?.getTime() ?? 0;
  const fresh = started + flow.period_ms <= now.getTime();
  const used = fresh ? 0 : flow.period_count;
  const room = Math.min(
    input.limit,
    (flow.parallelism ?? Infinity) - flow.active,
    (flow.rate ?? Infinity) - used,
  );
  if (room <= 0) return [];
  const claimed = await claimRows(db, { ...input, limit: room }, key);
  if (claimed.length > 0 && flow.rate !== null) {
    await db`update qstash.flow set period_count = ${used + claimed.length},
      period_start = ${fresh ? now : flow.period_start} where key = ${key}`;
  }
  return claimed;
}

/** Claims up to `limit` due messages, those without a flow control key first. */
export async function claimDue(
  context: QstashContext,
  input: ClaimInput,
): Promise<ClaimedMessage[]> {
  const { sql } = context;
  const claimed = await claimRows(sql, input);
  if (claimed.length >= input.limit) return claimed;
  const keys = await sql<{ flow_key: string }[]>`
    select distinct flow_key from qstash.messages
    where flow_key is not null and not_before <= ${input.now}
      and (state <> 'ACTIVE' or lease_until <= ${input.now})
    limit ${MAX_FLOW_KEYS}`;
  for (const { flow_key: key } of keys) {
    const limit = input.limit - claimed.length;
    if (limit <= 0) break;
    claimed.push(...await sql.begin((tx) => claimFlow(tx, { ...input, limit }, key)));
  }
  return claimed;
}

/** Extends the leases of messages under delivery. */
export async function renewLeases(context: QstashContext, tokens: string[]): Promise<void> {
  if (tokens.length === 0) return;
  const until = new Date(context.now().getTime() + LEASE_MS);
  await context.sql`update qstash.messages set lease_until = ${until}
    where lease_token = any (${tokens}::uuid[]) and state = 'ACTIVE'`;
}

/** Gives a message back undelivered, as if it had never been claimed. */
export async function releaseLease(context: QstashContext, token: string): Promise<void> {
  await context.sql`update qstash.messages
    set state = case when retried > 0 then 'RETRY' else 'CREATED' end,
      lease_token = null, lease_until = null
    where lease_token = ${token}::uuid and state = 'ACTIVE'`;
}

/** What the dispatcher has to wait for. */
export interface NextDue {
  readonly scheduleDue: boolean;
  readonly at: Date | undefined;
}

/** When there will be work next, as far as it depends on time alone. */
export async function nextDue(context: QstashContext, now: Date): Promise<NextDue> {
  const [row] = await context.sql<{ at: Date | null; schedule_at: Date | null }[]>`
    select
      least(
        (select min(not_before) from qstash.messages
          where flow_key is null and not_before > ${now}),
        (select min(not_before) from qstash.messages
          where flow_key is not null and not_before > ${now}),
        (select min(lease_until) from qstash.messages
          where state = 'ACTIVE' and lease_until > ${now}),
        (select min(period_start + period_ms * interval '1 millisecond') from qstash.flow
          where period_count >= rate
            and period_start + period_ms * interval '1 millisecond' > ${now})
      ) as at,
      (select min(next_at) from qstash.schedules where not paused) as schedule_at`;
  const scheduleAt = row?.schedule_at ?? undefined;
  const times = [row?.at ?? undefined, scheduleAt].flatMap((date) => date?.getTime() ?? []);
  return {
    scheduleDue: scheduleAt !== undefined && scheduleAt.getTime() <= now.getTime(),
    at: times.length === 0 ? undefined : new Date(Math.min(...times)),
  };
}
