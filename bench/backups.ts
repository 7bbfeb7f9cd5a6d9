/**
 * @module `deno task bench:backups`: a backup and its restore, beside plain COPY of the same tables
 * in the same run. Needs no stack.
 */
import { join } from "node:path";
import postgres, { type Sql } from "postgres";
import { createBackup, openArchive, restoreSnapshot } from "../shared/backups/mod.ts";
import { readConfig } from "../shared/core/config.ts";
import { createDeps } from "../shared/platform/deps.ts";
import { createFolderStorage } from "../tools/folder_storage.ts";
import { openScratchDatabase, type ScratchDatabase } from "../tools/scratch_database.ts";

const POSTS = 20_000;
const SECRET = "a-secret-of-at-least-thirty-two-characters";
const MEGABYTE = 1_000_000;
const RSS_INTERVAL_MS = 20;

/** Posts of one author, as text of some variety. */
async function fill(sql: Sql): Promise<void> {
  const author = "00000000-0000-7000-8000-000000000001";
  await sql`insert into auth.users (id, email, raw_user_meta_data)
    values (${author}, 'a@example.com', '{"handle": "author"}')`;
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`insert into public.posts (id, author_id, audience_owner_id, body)
      select private.uuid_v7(), ${author}, ${author},
        'Post ' || i || ' ' || (select string_agg(substr(md5((i * j)::text), 1, 1 + j % 9), ' ')
          from generate_series(1, 40) j)
      from generate_series(1, ${POSTS}::int) i`;
  });
}

async function copyOut(sql: Sql): Promise<Uint8Array<ArrayBuffer>> {
  const source = await sql.unsafe("copy (select * from public.posts) to stdout").readable();
  return await new Promise((resolve, reject) => {
    const parts: Uint8Array<ArrayBuffer>[] = [];
    source.on("data", (part: Uint8Array<ArrayBuffer>) => parts.push(part));
    source.once("error", reject);
    source.once("end", async () => {
      resolve(new Uint8Array(await new Blob(parts).arrayBuffer()));
    });
  });
}

/** Into a table with the same indexes, checks and all, without triggers. */
async function copyIn(sql: Sql, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  await sql.unsafe(`create table private.copied (like public.posts including defaults
    including constraints including indexes)`);
  const sink = await sql.unsafe("copy private.copied from stdin").writable();
  await new Promise<void>((resolve, reject) => {
    sink.once("error", reject);
    sink.once("finish", resolve);
    sink.end(bytes);
  });
  await sql`drop table private.copied`;
}

async function measure<T>(work: () => Promise<T>) {
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, Deno.memoryUsage().rss);
  }, RSS_INTERVAL_MS);
  const start = performance.now();
  try {
    const value = await work();
    return { value, seconds: (performance.now() - start) / 1_000, peak };
  } finally {
    clearInterval(timer);
  }
}

function report(label: string, megabytes: number, seconds: number, extra: string): void {
  console.log(`| ${label} | ${(megabytes / seconds).toFixed(1)} MB/s | ${extra} |`);
}

function connect(database: ScratchDatabase, folder: string, key: string | undefined) {
  const config = readConfig({
    SUPABASE_URL: "http://127.0.0.1:9",
    DATABASE_URL: database.url,
    SUPABASE_JWT_SECRET: SECRET,
    SUPABASE_ANON_KEY: SECRET,
    SUPABASE_SERVICE_ROLE_KEY: SECRET,
    LOG_LEVEL: "error",
    ...(key === undefined ? {} : { BACKUP_ENCRYPTION_KEY: key }),
  });
  const storage = createFolderStorage(join(folder, "objects"), { hasBuckets: true });
  const archive = createFolderStorage(join(folder, key === undefined ? "plain" : "sealed"));
  return { ...createDeps(config, "bench"), storage, archive };
}

async function main(): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "townsquare-bench-" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const source = stack.use(await openScratchDatabase());
  const sql = postgres(source.adminUrl, { max: 1, onnotice: () => undefined });
  stack.defer(() => sql.end());
  await fill(sql);
  const out = await measure(() => copyOut(sql));
  const megabytes = out.value.length / MEGABYTE;
  const back = await measure(() => copyIn(sql, out.value));
  const ratio = (seconds: number, plain: number) => `${(plain / seconds).toFixed(2)} of COPY`;
  console.log(`${megabytes.toFixed(0)} MB, ${POSTS} posts`);
  report("COPY out", megabytes, out.seconds, "1");
  report("COPY in", megabytes, back.seconds, "1");
  for (const key of [undefined, SECRET]) {
    const name = key === undefined ? "not sealed" : "sealed";
    const deps = connect(source, folder, key);
    stack.use(deps.db);
    const made = await measure(() => createBackup(deps, { requestedBy: null, isBounded: false }));
    const mb = (bytes: number) => `${Math.round(bytes / MEGABYTE)} MB held`;
    const facts = (seconds: number, plain: number, peak: number) =>
      `${ratio(seconds, plain)}, ${mb(peak)}`;
    report(`backup, ${name}`, megabytes, made.seconds, facts(made.seconds, out.seconds, made.peak));
    const target = stack.use(await openScratchDatabase());
    const into = connect(target, folder, key);
    stack.use(into.db);
    const restored = await measure(async () =>
      await restoreSnapshot(into, await openArchive(into, made.value.id))
    );
    const { peak, seconds } = restored;
    report(`restore, ${name}`, megabytes, seconds, facts(seconds, back.seconds, peak));
  }
}

await main();
