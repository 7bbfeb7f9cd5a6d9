/**
 * @module `deno task bench:backups [--posts N] [--messages N] [--objects MB]`: a backup and its
 * restore, beside plain COPY of the same tables in the same run, and the memory that they take.
 * Needs no stack.
 */
import { join } from "node:path";
import { cpuUsage } from "node:process";
import postgres, { type Sql } from "postgres";
import { createBackup, openArchive, restoreSnapshot, verifyNewest } from "../shared/backups/mod.ts";
import { readConfig } from "../shared/core/config.ts";
import { createDeps } from "../shared/platform/deps.ts";
import { createFolderStorage, createFolderStore } from "../tools/folder_storage.ts";
import { openScratchDatabase, type ScratchDatabase } from "../tools/scratch_database.ts";
import { readOptions } from "../tools/stack_deps.ts";

const SECRET = "a-secret-of-at-least-thirty-two-characters";
const AUTHOR = "00000000-0000-7000-8000-000000000001";
const MEGABYTE = 1_000_000;
const RSS_INTERVAL_MS = 50;
/** Points at which memory is told: a quarter, a half, three quarters, the end. */
const MARKS = [0.25, 0.5, 0.75, 1] as const;
const TABLES = ["public.posts", "public.messages"] as const;

interface Size {
  readonly posts: number;
  readonly messages: number;
  /** Megabytes of storage objects, one megabyte each. */
  readonly objects: number;
}

/** Some words, other ones in each row. */
const WORDS = `(select string_agg(substr(md5((i * j)::text), 1, 1 + j % 9), ' ')
  from generate_series(1, 20) j)`;

async function fill(sql: Sql, { posts, messages }: Size): Promise<void> {
  await sql`insert into auth.users (id, email, raw_user_meta_data)
    values (${AUTHOR}, 'a@example.com', '{"handle": "author"}')`;
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`insert into public.posts (id, author_id, audience_owner_id, body)
      select private.uuid_v7(), ${AUTHOR}, ${AUTHOR}, 'Post ' || i || ' ' || ${tx.unsafe(WORDS)}
      from generate_series(1, ${posts}::int) i`;
    await tx`insert into public.rooms (id, name, created_by, last_seq)
      values (${AUTHOR}, 'Room', ${AUTHOR}, ${messages})`;
    await tx`insert into public.messages (room_id, seq, author_id, body)
      select ${AUTHOR}, i, ${AUTHOR}, 'Message ' || i || ' ' || ${tx.unsafe(WORDS)}
      from generate_series(1, ${messages}::int) i`;
  });
}

async function fillObjects(sql: Sql, folder: string, count: number): Promise<void> {
  await Deno.mkdir(join(folder, "media"), { recursive: true });
  const bytes = new Uint8Array(MEGABYTE);
  const step = 65_536;
  for (let index = 0; index < count; index++) {
    for (let at = 0; at < MEGABYTE; at += step) {
      crypto.getRandomValues(bytes.subarray(at, at + step));
    }
    await Deno.writeFile(join(folder, "media", `${index}`), bytes);
    await sql`insert into storage.objects (bucket_id, name, metadata)
      values ('media', ${`${index}`}, ${sql.json({ size: MEGABYTE, mimetype: "image/png" })})`;
  }
}

/** By the server into a file of its own, with nobody in between; gives the bytes. */
async function copyOut(sql: Sql, folder: string): Promise<number> {
  let bytes = 0;
  for (const table of TABLES) {
    const path = join(folder, table);
    await sql.unsafe(`copy (select * from ${table}) to '${path}'`);
    bytes += (await Deno.stat(path)).size;
  }
  return bytes;
}

/** Into tables with the same indexes, checks and all, without triggers. */
async function copyIn(sql: Sql, folder: string): Promise<void> {
  for (const table of TABLES) {
    await sql.unsafe(`create table private.copied (like ${table} including defaults
      including constraints including indexes)`);
    await sql.unsafe(`copy private.copied from '${join(folder, table)}'`);
    await sql`drop table private.copied`;
  }
}

async function measure<T>(work: () => Promise<T>) {
  const samples = [Deno.memoryUsage().rss];
  const timer = setInterval(() => samples.push(Deno.memoryUsage().rss), RSS_INTERVAL_MS);
  const [start, before] = [performance.now(), cpuUsage()];
  try {
    const value = await work();
    const { system, user } = cpuUsage(before);
    const cpu = (system + user) / 1_000_000;
    return { value, seconds: (performance.now() - start) / 1_000, cpu, samples };
  } finally {
    clearInterval(timer);
  }
}

/** Own processor time, and the most memory until each of the marks. */
function costOf({ cpu, samples }: { cpu: number; samples: readonly number[] }): string {
  const upTo = (share: number) => samples.slice(0, Math.max(1, Math.ceil(samples.length * share)));
  const megabytes = MARKS.map((mark) => Math.round(Math.max(...upTo(mark)) / MEGABYTE));
  const start = Math.round((samples[0] ?? 0) / MEGABYTE);
  return `${cpu.toFixed(1)} s CPU, ${start} > ${megabytes.join(" > ")} MB held`;
}

function report(label: string, megabytes: number, seconds: number, rest: string): void {
  const figures = `${seconds.toFixed(1)} s | ${(megabytes / seconds).toFixed(1)} MB/s`;
  console.log(`| ${label} | ${figures} | ${rest} |`);
}

function connect(database: ScratchDatabase, folders: { objects: string; archive: string }) {
  const config = readConfig({
    SUPABASE_URL: "http://127.0.0.1:9",
    DATABASE_URL: database.url,
    SUPABASE_JWT_SECRET: SECRET,
    SUPABASE_ANON_KEY: SECRET,
    SUPABASE_SERVICE_ROLE_KEY: SECRET,
    BACKUP_ENCRYPTION_KEY: SECRET,
    LOG_LEVEL: "error",
  });
  const storage = createFolderStorage(folders.objects, { hasBuckets: true });
  return {
    ...createDeps(config, "bench"),
    storage,
    backupStore: createFolderStore(folders.archive),
  };
}

/** Folders of the run; the server writes into one of them under an account of its own. */
async function makeFolders(stack: AsyncDisposableStack) {
  const folder = await Deno.makeTempDir({ prefix: "townsquare-bench-" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const copies = join(folder, "copies");
  await Deno.mkdir(copies);
  await Deno.chmod(folder, 0o711);
  await Deno.chmod(copies, 0o777);
  return { folder, copies };
}

function readSize(): Size {
  const options = readOptions(Deno.args);
  const numberOf = (name: string, otherwise: number) => Number(options.get(name) ?? otherwise);
  return {
    posts: numberOf("posts", 20_000),
    messages: numberOf("messages", 20_000),
    objects: numberOf("objects", 20),
  };
}

async function main(): Promise<void> {
  const size = readSize();
  await using stack = new AsyncDisposableStack();
  const { copies, folder } = await makeFolders(stack);
  const source = stack.use(await openScratchDatabase());
  const sql = postgres(source.adminUrl, { max: 1, onnotice: () => undefined });
  stack.defer(() => sql.end());
  const from = { objects: join(folder, "objects"), archive: join(folder, "archive") };
  await fill(sql, size);
  await fillObjects(sql, from.objects, size.objects);
  const out = await measure(() => copyOut(sql, copies));
  const back = await measure(() => copyIn(sql, copies));
  const rows = out.value / MEGABYTE;
  const all = rows + size.objects;
  console.log(`${size.posts} posts, ${size.messages} messages: ${rows.toFixed(0)} MB`);
  console.log(`and ${size.objects} MB of objects`);
  report("COPY out, rows alone", rows, out.seconds, "");
  report("COPY in, rows alone", rows, back.seconds, "");
  const deps = connect(source, from);
  stack.use(deps.db);
  const made = await measure(() => createBackup(deps, { requestedBy: null, isBounded: false }));
  report("backup", all, made.seconds, costOf(made));
  const checked = await measure(() => verifyNewest(deps, { isBounded: false }));
  report(`check: ${checked.value?.status}`, all, checked.seconds, costOf(checked));
  const target = stack.use(await openScratchDatabase());
  const into = connect(target, { ...from, objects: join(folder, "restored") });
  stack.use(into.db);
  const restored = await measure(async () =>
    await restoreSnapshot(into, await openArchive(into, made.value.id))
  );
  report("restore", all, restored.seconds, costOf(restored));
}

await main();
