/**
 * @module `deno task bench policies [--data-dir DIR | --database-url URL]`: what policies and the
 * check of the session cost, beside the same pages as the owner in the same run. Fails past the
 * targets.
 */
import type { ReservedSql, Sql } from "postgres";
import { summarize, type Timing } from "./measure.ts";
import { asJson, makeFunctions, type Page, PAGES } from "./pages.ts";
import { BENCH_TOWN } from "./town.ts";
import { openTown, reuseTown, TOWN_FOLDER } from "./town_database.ts";

/** Samples of each variant in a round; the variants take turns. */
const SAMPLES = 60;
const SESSION_SAMPLES = 400;
const FEED_SAMPLES = 20;
const WARM_UP_SAMPLES = 10;
/** Of several rounds the best counts: other work on the machine can only make it worse. */
const ROUNDS = 3;

/** What is allowed, as a multiple of the floor's median. */
const TARGETS = { policies: 2.5, function: 1.15, session: 1.05 } as const;

/** The newest posts of the people whom `$1` follows, and their own: the least that it takes. */
const FOLLOWED = `select p.id, p.created_at
  from (select f.followee_id as author from public.follows f where f.follower_id = $1::uuid
    union all select $1::uuid) a
  cross join lateral (select p.id, p.created_at from public.posts p
    where p.author_id = a.author and p.parent_id is null and p.status = 'published'
    order by p.created_at desc, p.id desc limit 50) p
  order by p.created_at desc, p.id desc limit 50`;

/** One line of the result. */
export interface Comparison {
  readonly name: string;
  readonly kind: keyof typeof TARGETS;
  readonly floor: Timing;
  readonly measured: Timing;
}

type Call = () => Promise<number>;

/** Compares by turns; the round with the smallest ratio is kept. */
async function compare(
  name: string,
  floor: Call,
  others: Readonly<Partial<Record<keyof typeof TARGETS, Call>>>,
  samples: number,
): Promise<Comparison[]> {
  const entries = Object.entries(others) as [keyof typeof TARGETS, Call][];
  const best = new Map<string, Comparison>();
  for (let round = 0; round < ROUNDS; round++) {
    const times: number[][] = [[], ...entries.map(() => [])];
    for (let n = -WARM_UP_SAMPLES; n < samples; n++) {
      for (const [at, call] of [floor, ...entries.map(([, call]) => call)].entries()) {
        const took = await call();
        if (n >= 0) times[at]?.push(took);
      }
    }
    const base = summarize("floor", times[0] ?? []);
    for (const [at, [kind]] of entries.entries()) {
      const comparison = {
        name,
        kind,
        floor: base,
        measured: summarize(kind, times[at + 1] ?? []),
      };
      const before = best.get(kind);
      if (before === undefined || ratioOf(comparison) < ratioOf(before)) best.set(kind, comparison);
    }
  }
  return [...best.values()];
}

function ratioOf({ measured, floor }: Comparison): number {
  return measured.p50 / floor.p50;
}

/** Times one statement inside a transaction that has been begun as somebody. */
function timed(sql: ReservedSql, begin: string, query: string, values: readonly string[]): Call {
  return async () => {
    await sql.unsafe("begin");
    await sql.unsafe(begin);
    const startedAt = performance.now();
    await sql.unsafe(query, [...values], { prepare: true });
    const took = performance.now() - startedAt;
    await sql.unsafe("commit");
    return took;
  };
}

function claimsOf(viewer: number, ids: { person: string; session: string }): string {
  return `select private.begin_request('${
    JSON.stringify({ role: "authenticated", sub: ids.person, session_id: ids.session, viewer })
  }'::jsonb)`;
}

async function comparePage(
  connections: Connections,
  page: Page,
  viewer: number,
): Promise<Comparison[]> {
  const { owner, reader, caller } = connections;
  const ids = await identify(owner, viewer);
  const [found] = await owner.unsafe<{ value: string }[]>(
    `select value::text from (${page.argument}) x`,
    [ids.person],
    { prepare: true },
  );
  if (found === undefined) throw new Error(`${page.name}: there is nothing to measure`);
  const query = asJson(page.query);
  const call = `select bench.${page.name}($1::${page.argumentType})`;
  const begin = claimsOf(viewer, ids);
  return await compare(
    `${page.name}, following ${BENCH_TOWN.viewers[viewer - 1]}`,
    timed(owner, "select 1", query, [found.value]),
    {
      policies: timed(reader, begin, query, [found.value]),
      function: timed(caller, begin, call, [found.value]),
    },
    SAMPLES,
  );
}

interface Connections {
  readonly owner: ReservedSql;
  readonly reader: ReservedSql;
  readonly caller: ReservedSql;
}

async function identify(sql: ReservedSql, viewer: number) {
  const [ids] = await sql<{ person: string; session: string }[]>`
    select md5('person ' || ${viewer}::int)::uuid as person,
      md5('session ' || ${viewer}::int)::uuid as session`;
  if (ids === undefined) throw new Error("a query without a row");
  return ids;
}

/** What one follows, by the product's own function and without any of its filters. */
async function compareFollowing({ owner, caller }: Connections, viewer: number) {
  const ids = await identify(owner, viewer);
  return await compare(
    `feed_following, following ${BENCH_TOWN.viewers[viewer - 1]}`,
    timed(owner, "select 1", FOLLOWED, [ids.person]),
    {
      function: timed(
        caller,
        claimsOf(viewer, ids),
        `select * from private.feed_following('infinity',
          'ffffffff-ffff-ffff-ffff-ffffffffffff', 50) where $1::uuid is not null`,
        [ids.person],
      ),
    },
    FEED_SAMPLES,
  );
}

/** A whole request, with the session looked up and without. */
async function compareSession({ reader, caller }: Connections): Promise<Comparison[]> {
  const [page] = PAGES;
  if (page === undefined) throw new Error("there is no page");
  const ids = await identify(reader, 1);
  const query = asJson(page.query);
  const request = (sql: ReservedSql, begin: string): Call => async () => {
    const startedAt = performance.now();
    await sql.unsafe("begin");
    await sql.unsafe(begin);
    await sql.unsafe(query, [ids.person], { prepare: true });
    await sql.unsafe("commit");
    return performance.now() - startedAt;
  };
  const checked = claimsOf(1, ids);
  return await compare(
    "a request for newest_posts",
    request(reader, checked.replace("private.begin_request", "bench.begin_request")),
    { session: request(caller, checked) },
    SESSION_SAMPLES,
  );
}

/** The product's own function without the line that looks the session up. */
async function makeUncheckedRequest(sql: Sql): Promise<void> {
  const [found] = await sql<{ source: string }[]>`
    select pg_get_functiondef(oid) as source from pg_proc
    where oid::regproc::text = 'private.begin_request'`;
  const source = found?.source ?? "";
  const unchecked = source.replace(/^\s*perform private\.check_session\(.*\);$/m, "");
  if (unchecked === source) throw new Error("begin_request does not look the session up");
  await sql.unsafe(unchecked.replace("private.begin_request", "bench.begin_request"));
}

function lineOf(comparison: Comparison): string {
  const { name, kind, floor, measured } = comparison;
  const ratio = ratioOf(comparison);
  const cells = [name, kind, measured.p50.toFixed(2), floor.p50.toFixed(2), ratio.toFixed(2)];
  return `| ${[...cells, TARGETS[kind], ratio <= TARGETS[kind] ? "" : "missed"].join(" | ")} |`;
}

const HEAD = "| page | way | p50 ms | floor p50 ms | ratio | target | |\n" +
  "| --- | --- | --: | --: | --: | --: | --- |";

/** Measures everything; the number of targets that were missed. */
export async function benchPolicies(options: ReadonlyMap<string, string>): Promise<number> {
  const url = options.get("database-url");
  await using town = url === undefined
    ? await openTown(options.get("data-dir") ?? TOWN_FOLDER)
    : reuseTown(url);
  const sql = town.connect(4);
  await makeFunctions(sql);
  await makeUncheckedRequest(sql);
  const [owner, reader, caller] = [
    await sql.reserve(),
    await sql.reserve(),
    await sql.reserve(),
  ];
  const connections = { owner, reader, caller };
  // A superuser reads past policies as the owner's role does.
  const comparisons: Comparison[] = [];
  const only = options.get("only") ?? "";
  for (const page of PAGES.filter(({ name }) => name.includes(only))) {
    for (const viewer of BENCH_TOWN.viewers.keys()) {
      comparisons.push(...await comparePage(connections, page, viewer + 1));
    }
  }
  if ("feed_following".includes(only)) {
    for (const viewer of BENCH_TOWN.viewers.keys()) {
      comparisons.push(...await compareFollowing(connections, viewer + 1));
    }
  }
  comparisons.push(...await compareSession(connections));
  for (const connection of [owner, reader, caller]) connection.release();
  console.log([HEAD, ...comparisons.map(lineOf)].join("\n"));
  return comparisons.filter((one) => ratioOf(one) > TARGETS[one.kind]).length;
}
