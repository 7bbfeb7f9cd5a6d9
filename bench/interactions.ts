/**
 * @module `deno task bench interactions`: what exact counts cost beside the same likes without any,
 * 200 likes at once on one post beside 200 on 200 posts, and how fast changes are folded. On a
 * database of its own. Fails past the targets.
 */
import postgres, { type Sql } from "postgres";
import { openScratchDatabase } from "../tools/scratch_database.ts";

/** People who each like once in a round, and connections that they share. */
const PEOPLE = 1_500;
const CLIENTS = 16;
const POSTS = 1_000;
/** Of several rounds, with the two kinds taking turns in being first, the median counts. */
const ROUNDS = 5;
const AT_ONCE = 200;
const ZIPF_EXPONENT = 1.1;
const DELTAS = 2_000_000;
const FOLD_AT_ONCE = 50_000;
/** What is allowed: likes beside likes without counts, and changes folded in a second. */
const TARGETS = { hot: 0.75, zipf: 0.9, fold: 400_000 } as const;

async function prepare(sql: Sql): Promise<void> {
  await sql.unsafe(`
    create schema bench;
    create table bench.people (n int primary key, id uuid not null);
    create table bench.posts (n int primary key, id uuid not null);
    create function bench.like(p_n int, p_post uuid) returns void language plpgsql as $$
    declare
      v_id constant uuid := (select p.id from bench.people p where p.n = p_n);
    begin
      perform set_config('request.jwt.claims', jsonb_build_object('sub', v_id)::text, true);
      insert into public.post_reactions (post_id, profile_id) values (p_post, v_id);
    end; $$;`);
  await sql`
    insert into auth.users (id, instance_id, aud, role, email, raw_app_meta_data,
      raw_user_meta_data, created_at, updated_at)
    select md5('person ' || n)::uuid, md5('')::uuid, 'authenticated', 'authenticated',
      'p' || n || '@bench.test', '{}', jsonb_build_object('handle', 'person_' || n), now(), now()
    from generate_series(1, ${PEOPLE}::int) n`;
  await sql`insert into bench.people
    select n, md5('person ' || n)::uuid from generate_series(1, ${PEOPLE}::int) n`;
  await sql`insert into bench.posts select n, private.uuid_v7()
    from generate_series(1, ${POSTS}::int) n`;
  await sql`insert into public.posts (id, author_id, body)
    select b.id, (select id from bench.people where n = 1), 'x' from bench.posts b`;
}

/** What makes the product's counter, and one of the same kind that does nothing. */
async function readCounters(sql: Sql): Promise<{ counted: string; floor: string }> {
  const [found] = await sql<{ source: string; body: string }[]>`
    select pg_get_functiondef(oid) as source, prosrc as body from pg_proc
    where oid::regproc::text = 'private.add_count'`;
  if (found === undefined) throw new Error("there is no counter");
  return { counted: found.source, floor: found.source.replace(found.body, " begin end; ") };
}

async function reset(sql: Sql): Promise<void> {
  await sql`truncate public.post_reactions, private.counter_deltas, private.counters,
    private.outbox`;
  await sql`delete from realtime.messages`;
}

type Choose = (like: number) => number;

function chooseHot(): number {
  return 1;
}

/** Few posts get most likes: the same choice in every round. */
function makeZipf(): Choose {
  const weights = Array.from({ length: POSTS }, (_, n) => 1 / (n + 1) ** ZIPF_EXPONENT);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return function choose(like) {
    // Van der Corput's sequence: spread evenly, without chance.
    let point = 0;
    for (let rest = like, part = 0.5; rest > 0; rest >>= 1, part /= 2) point += (rest & 1) * part;
    let left = point * total;
    const found = weights.findIndex((weight) => (left -= weight) <= 0);
    return found < 0 ? POSTS : found + 1;
  };
}

/** Likes in a second, folded meanwhile as the schedule does. */
async function likesPerSecond(sql: Sql, choose: Choose, posts: readonly string[]): Promise<number> {
  await reset(sql);
  let next = 0;
  let isDone = false;
  const folding = (async () => {
    while (!isDone) await sql`select private.fold_counters(), pg_sleep(0.5)`;
  })();
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: CLIENTS }, async () => {
    while (next < PEOPLE) {
      const like = ++next;
      await sql`select bench.like(${like}::int, ${posts[choose(like) - 1] ?? ""}::uuid)`;
    }
  }));
  const rate = PEOPLE / ((performance.now() - startedAt) / 1_000);
  isDone = true;
  await folding;
  return rate;
}

async function compareLikes(sql: Sql, name: string, choose: Choose, posts: readonly string[]) {
  const counters = await readCounters(sql);
  const rounds: { ratio: number; counted: number; floor: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const rates = { counted: 0, floor: 0 };
    for (
      const kind of round % 2 === 0 ? ["floor", "counted"] as const : ["counted", "floor"] as const
    ) {
      await sql.unsafe(counters[kind]);
      rates[kind] = await likesPerSecond(sql, choose, posts);
    }
    rounds.push({ ...rates, ratio: rates.counted / rates.floor });
  }
  await sql.unsafe(counters.counted);
  const median = rounds.toSorted((a, b) => a.ratio - b.ratio)[Math.floor(ROUNDS / 2)];
  const [wrong] = await sql<{ n: number }[]>`
    select abs(sum(private.count_of(b.id, 'reaction:like'))
      - (select count(*) from public.post_reactions))::int as n from bench.posts b`;
  if (wrong?.n !== 0) throw new Error(`${name}: counts are off by ${wrong?.n}`);
  if (median === undefined) throw new Error("no round");
  return { name, ...median };
}

/** Seconds until 200 people, each on a connection of their own, have liked. */
async function secondsAtOnce(url: string, sql: Sql, posts: readonly string[]): Promise<number> {
  await reset(sql);
  const crowd = postgres(url, { max: AT_ONCE, onnotice: () => undefined });
  await Promise.all(Array.from({ length: AT_ONCE }, () => crowd`select pg_sleep(0.2)`));
  const startedAt = performance.now();
  await Promise.all(Array.from(
    { length: AT_ONCE },
    (_, n) => crowd`select bench.like(${n + 1}::int, ${posts[n % posts.length] ?? ""}::uuid)`,
  ));
  const seconds = (performance.now() - startedAt) / 1_000;
  await crowd.end();
  return seconds;
}

async function compareCrowds(url: string, sql: Sql, posts: readonly string[]) {
  let [one, many] = [Infinity, Infinity];
  for (let round = 0; round < ROUNDS; round++) {
    one = Math.min(one, await secondsAtOnce(url, sql, posts.slice(0, 1)));
    many = Math.min(many, await secondsAtOnce(url, sql, posts.slice(0, AT_ONCE)));
  }
  return { one, many };
}

async function foldsPerSecond(sql: Sql): Promise<number> {
  await reset(sql);
  await sql`insert into private.counter_deltas (subject_id, kind, delta)
    select b.id, 'reaction:like', 1 
    from generate_series(1, ${DELTAS}::int / ${POSTS}::int) k, bench.posts b`;
  await sql`vacuum analyze private.counter_deltas`;
  const startedAt = performance.now();
  let folded = 0;
  for (let left = true; left;) {
    const [row] = await sql<{ n: number }[]>`select private.fold_counters(${FOLD_AT_ONCE}) as n`;
    folded += row?.n ?? 0;
    left = row?.n === FOLD_AT_ONCE;
  }
  return folded / ((performance.now() - startedAt) / 1_000);
}

/** Measures; returns how many targets are missed. */
export async function benchInteractions(): Promise<number> {
  await using database = await openScratchDatabase();
  await using stack = new AsyncDisposableStack();
  const sql = postgres(database.adminUrl, { max: CLIENTS + 1, onnotice: () => undefined });
  stack.defer(() => sql.end());
  await prepare(sql);
  const rows = await sql<{ id: string }[]>`select id from bench.posts order by n`;
  const posts = rows.map(({ id }) => id);
  const likes = [
    { ...await compareLikes(sql, "hot", chooseHot, posts), target: TARGETS.hot },
    { ...await compareLikes(sql, "zipf", makeZipf(), posts), target: TARGETS.zipf },
  ];
  const crowds = await compareCrowds(database.adminUrl, sql, posts);
  const folds = await foldsPerSecond(sql);
  const cores = navigator.hardwareConcurrency;
  console.log(`${new Date().toISOString().slice(0, 10)}, ${cores} cores, ${Deno.build.target}\n`);
  for (const { name, ratio, counted, floor, target } of likes) {
    console.log(
      `${name}: ${counted.toFixed(0)}/s, without counts ${floor.toFixed(0)}/s: ` +
        `${ratio.toFixed(2)} (target ${target})`,
    );
  }
  console.log(
    `${AT_ONCE} at once: one post ${(crowds.one * 1_000).toFixed(0)} ms, ` +
      `${AT_ONCE} posts ${(crowds.many * 1_000).toFixed(0)} ms`,
  );
  console.log(`folded: ${folds.toFixed(0)}/s (target ${TARGETS.fold})`);
  return likes.filter(({ ratio, target }) => ratio < target).length +
    (folds < TARGETS.fold ? 1 : 0);
}
