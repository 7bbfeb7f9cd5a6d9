/** @module A small project, and the command line run on it. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import type { StackInfo } from "../../local/stack_file.ts";

const CLI = fileURLToPath(new URL("../../local/cli.ts", import.meta.url));
const DEADLINE_MS = 60_000;
const POLL_MS = 20;

const FILES: Readonly<Record<string, string>> = {
  "supabase/config.toml": `
project_id = "fixture"
[api]
auto_expose_new_tables = false
[storage.buckets.pictures]
public = true
file_size_limit = "1MiB"
[edge_runtime.secrets]
GREETING = "hello"
[functions.hello]
verify_jwt = false
`,
  "supabase/migrations/20240101000000_notes.sql": `
create table public.notes (id int generated always as identity primary key, body text not null);
alter table public.notes enable row level security;
grant select on public.notes to anon;
create policy notes_select on public.notes for select to anon using (true);
create function public.call_hello(target text) returns bigint language sql
as 'select net.http_post(target, ''{"from": "sql"}''::jsonb)';
`,
  "supabase/seed.sql": `insert into public.notes (body) values ('seeded');`,
  "supabase/functions/hello/index.ts": `
Deno.serve(async (request) => {
  const answer = { greeting: Deno.env.get("GREETING"), url: Deno.env.get("SUPABASE_URL") };
  console.log("hello got", request.method, await request.text());
  const authorization = request.headers.get("authorization");
  return Response.json({ ...answer, authorization, pid: Deno.pid });
});
`,
};

/** Makes a project folder that is removed with the stack. */
export async function makeProject(resources: AsyncDisposableStack): Promise<string> {
  const dir = await Deno.makeTempDir({ prefix: "tsq-project-" });
  // Postgres runs under an account of its own when the tests run as root.
  await Deno.chmod(dir, 0o755);
  resources.defer(() => Deno.remove(dir, { recursive: true }));
  for (const [name, text] of Object.entries(FILES)) {
    await Deno.mkdir(join(dir, name, ".."), { recursive: true });
    await Deno.writeTextFile(join(dir, name), text);
  }
  return dir;
}

/** Runs a command to its end. */
export async function runCli(
  args: readonly string[],
): Promise<{ code: number; stdout: string; stderr: string }> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", CLI, ...args],
  });
  const { code, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** A stack in a process of its own. */
export interface StackProcess extends AsyncDisposable {
  readonly info: StackInfo;
  readonly status: Promise<Deno.CommandStatus>;
  kill(signal: Deno.Signal): void;
}

/** Waits until something holds. */
export async function until(holds: () => Promise<boolean> | boolean, what: string): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!await holds()) {
    assert.ok(Date.now() < deadline, `timed out: ${what}`);
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
}

/** Whether a process lives. */
export function isAlive(pid: number): boolean {
  try {
    Deno.kill(pid, "SIGCONT");
    return true;
  } catch {
    return false;
  }
}

/** Starts a stack on a project and waits until it is ready. */
export async function startStackProcess(
  dir: string,
  ...args: readonly string[]
): Promise<StackProcess> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--no-check", CLI, "start"],
      ...["--workdir", dir, "--quiet", "--port", "0", ...args],
    ],
    stdin: "null",
    stdout: "null",
    stderr: "inherit",
  }).spawn();
  const path = join(dir, ".townsquare", "stack.json");
  let info: StackInfo | undefined;
  let ended = false;
  child.status.then(() => ended = true);
  await until(async () => {
    assert.ok(!ended, "the stack ended while it started");
    const text = await Deno.readTextFile(path).catch(() => "null");
    const read = JSON.parse(text) as StackInfo | null;
    if (read?.pid !== child.pid) return false;
    info = read;
    return true;
  }, "start");
  assert.ok(info);
  return {
    info,
    status: child.status,
    kill: (signal) => child.kill(signal),
    async [Symbol.asyncDispose]() {
      if (!ended) child.kill("SIGTERM");
      await child.status;
    },
  };
}
