/** @module Jobs on a running stack: how many in a second, how soon, and beside a crowd. */
import type { Sql } from "postgres";
import { plantPeople, RECIPIENTS } from "./jobs_fanout.ts";
import { summarize, type Timing } from "./measure.ts";
import type { BenchPerson, World } from "./world.ts";

/** Events whose way is timed. */
const EVENTS = 1_000;
const LIKES = 100;
/** More than fit beside one announcement. */
const CROWD_LIKES_MAX = 400;
const ROUNDS = 3;
/** Between two likes: nothing of one is left when the next begins. */
const PAUSE_MS = 150;
const POLL_MS = 250;
const GIVE_UP_MS = 1_200_000;

async function until(holds: () => Promise<boolean>): Promise<void> {
  const endsAt = performance.now() + GIVE_UP_MS;
  while (!await holds()) {
    if (performance.now() > endsAt) throw new Error("it takes too long");
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
}

/** Nothing waits, and nothing has been done for a while. */
async function isIdle(sql: Sql): Promise<boolean> {
  const [row] = await sql<{ idle: boolean }[]>`
    select not exists (select from private.outbox where published_at is null)
      and not exists (select from private.job_runs
        where finished_at > clock_timestamp() - interval '1 second') as idle`;
  return row?.idle === true;
}

/** A loop that takes one row after the other and marks it: the least that a queue can cost. */
async function bareRate(sql: Sql): Promise<number> {
  await sql`drop table if exists bare`;
  await sql`create temporary table bare (id int primary key, done_at timestamptz)`;
  await sql`insert into bare select n from generate_series(1, ${EVENTS}::int) n`;
  const startedAt = performance.now();
  for (let left = true; left;) {
    const rows = await sql`
      update bare set done_at = now() where id = (select id from bare where done_at is null
        order by id limit 1 for update skip locked) returning id`;
    left = rows.length > 0;
  }
  return EVENTS / ((performance.now() - startedAt) / 1_000);
}

/** Events of the cheapest kind by outbox, relay, queue and receiver. */
async function productRate(sql: Sql): Promise<number> {
  const round = crypto.randomUUID();
  const startedAt = performance.now();
  await sql`select private.emit('notification.created', gen_random_uuid(), null,
      jsonb_build_object('round', ${round}::text))
    from generate_series(1, ${EVENTS}::int)`;
  await until(async () => {
    const [done] = await sql<{ n: number }[]>`select count(*)::int as n
      from private.job_runs r join private.outbox o on o.id = r.event_id
      where o.payload ->> 'round' = ${round} and r.finished_at is not null`;
    return (done?.n ?? 0) >= EVENTS;
  });
  return EVENTS / ((performance.now() - startedAt) / 1_000);
}

/** Ways from the commit of a like to what is seen of it. */
interface Effects {
  readonly row: Timing;
  readonly socket: Timing;
}

/** Likes by table, each of a post of its own, until the author's row and socket have it. */
class LikeProbe {
  readonly #sql: Sql;
  readonly #writer: BenchPerson;
  readonly #reader: BenchPerson;
  readonly #heard = new Map<string, (at: number) => void>();

  constructor(sql: Sql, { writer, reader }: World) {
    [this.#sql, this.#writer, this.#reader] = [sql, writer, reader];
  }

  async open(): Promise<void> {
    const channel = this.#writer.client.channel(`user:${this.#writer.id}`, {
      config: { private: true },
    }).on("broadcast", { event: "notification.created" }, ({ payload }) => {
      this.#heard.get(payload.notification.subject.id)?.(performance.now());
    });
    await new Promise<void>((resolve, reject) => {
      channel.subscribe((state, error) => {
        if (state === "SUBSCRIBED") resolve();
        if (state === "CHANNEL_ERROR") reject(error ?? new Error("the channel was refused"));
      });
    });
  }

  /** Posts to be liked, one after the other; what they cause is over. */
  async prepare(count: number): Promise<string[]> {
    const { data, error } = await this.#writer.client.from("posts")
      .insert(Array.from({ length: count }, (_, n) => ({ body: `Do you like number ${n}?` })))
      .select("id");
    if (error !== null) throw new Error(error.message);
    await until(() => isIdle(this.#sql));
    return data.map(({ id }) => id);
  }

  /** Milliseconds until the row is there, by the clock of the database, and the socket told. */
  async #like(post: string): Promise<{ row: number; socket: number }> {
    const heard = new Promise<number>((resolve) => this.#heard.set(post, resolve));
    const { error } = await this.#reader.client.from("post_reactions").insert({ post_id: post });
    const answeredAt = performance.now();
    if (error !== null) throw new Error(error.message);
    const socket = Math.max(0, await heard - answeredAt);
    const [row] = await this.#sql<{ ms: number }[]>`
      select extract(epoch from n.created_at - o.created_at)::float8 * 1000 as ms
      from public.notifications n join private.outbox o
        on o.topic = 'content.liked' and o.subject_id = n.subject_id
      where n.subject_id = ${post} and n.type = 'like'`;
    return { row: row?.ms ?? NaN, socket };
  }

  /** Likes the posts, while `goesOn` says so. */
  async measure(
    name: string,
    posts: readonly string[],
    goesOn: () => Promise<boolean> = () => Promise.resolve(true),
  ): Promise<Effects> {
    const [rows, sockets]: [number[], number[]] = [[], []];
    for (const post of posts) {
      if (!await goesOn()) break;
      const { row, socket } = await this.#like(post);
      rows.push(row);
      sockets.push(socket);
      await new Promise((done) => setTimeout(done, PAUSE_MS));
    }
    return {
      row: summarize(`${name}, until the row`, rows),
      socket: summarize(`${name}, until the socket`, sockets),
    };
  }
}

/** Head of the table of rates. */
export const RATE_HEAD = "| measured | a second | bare loop a second | ratio |\n" +
  "| --- | --: | --: | --: |";

/** Events in a second by the whole way, beside a loop that claims one row at a time. */
export async function measureRate(sql: Sql): Promise<string[]> {
  const rates = { bare: 0, product: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    rates.bare = Math.max(rates.bare, await bareRate(sql));
    rates.product = Math.max(rates.product, await productRate(sql));
  }
  const ratio = (rates.product / rates.bare).toFixed(3);
  const cells = ["events to their effect", rates.product.toFixed(0), rates.bare.toFixed(0), ratio];
  return [`| ${cells.join(" | ")} |`];
}

/** Head of the table of waits. */
export const EFFECT_HEAD = "| like by table | p50 ms | p99 ms |\n| --- | --: | --: |";

function line({ name, p50, p99 }: Timing): string {
  return `| ${[name, p50.toFixed(1), p99.toFixed(1)].join(" | ")} |`;
}

/** Lines about likes alone and while everybody is told of an announcement. */
export async function measureEffects(sql: Sql, world: World): Promise<string[]> {
  const probe = new LikeProbe(sql, world);
  await probe.open();
  const alone = await probe.measure("alone", await probe.prepare(LIKES));
  const posts = await probe.prepare(CROWD_LIKES_MAX);
  await plantPeople(sql, `crowd_${crypto.randomUUID().slice(0, 8)}_`, RECIPIENTS);
  const startedAt = performance.now();
  const [made] = await sql<{ id: string }[]>`
    insert into private.announcements (title) values ('News') returning id`;
  const id = made?.id ?? "";
  const isUnderway = async () => {
    const [row] = await sql<{ is_over: boolean }[]>`
      select told_at is not null and not exists (select from public.notifications
        where subject_id = ${id} and delivered_at is null) as is_over
      from private.announcements where id = ${id}`;
    return row?.is_over !== true;
  };
  const beside = await probe.measure("beside the announcement", posts, isUnderway);
  await until(async () => !await isUnderway());
  const seconds = (performance.now() - startedAt) / 1_000;
  const [count] = await sql<{ told: number; delivered: number }[]>`
    select count(*)::int as told, count(delivered_at)::int as delivered
    from public.notifications where subject_id = ${id}`;
  return [
    ...[alone.row, alone.socket, beside.row, beside.socket].map(line),
    "",
    `${count?.told} people told and ${count?.delivered} handed over in ${seconds.toFixed(1)} s`,
  ];
}
