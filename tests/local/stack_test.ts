/** @module The stack as a whole, run as people run it, on a small project. */
import assert from "node:assert/strict";
import { join } from "node:path";
import postgres from "postgres";
import { readPidFile } from "../../local/postgres/pid_file.ts";
import { isAlive, makeProject, runCli, startStackProcess, until } from "./stack_support.ts";

async function query(url: string, text: string): Promise<postgres.RowList<postgres.Row[]>> {
  const sql = postgres(url, { max: 1, connect_timeout: 5 });
  try {
    return await sql.unsafe(text);
  } finally {
    await sql.end();
  }
}

Deno.test("stack: starts on a project folder, serves it and keeps its data", async () => {
  await using resources = new AsyncDisposableStack();
  const dir = await makeProject(resources);
  {
    await using stack = await startStackProcess(dir);
    const { info } = stack;
    assert.deepEqual([...await query(info.db_url, "select body from public.notes")], [
      { body: "seeded" },
    ]);
    const [bucket] = await query(
      info.db_url,
      "select public, file_size_limit::int as size from storage.buckets where id = 'pictures'",
    );
    assert.deepEqual({ ...bucket }, { public: true, size: 1024 * 1024 });
    const hello = await fetch(`${info.url}/functions/v1/hello`, {
      headers: { apikey: info.publishable_key },
    });
    const { greeting, url, authorization } = await hello.json();
    assert.deepEqual([greeting, url], ["hello", info.url]);
    assert.match(authorization, /^Bearer ey/);
    const refused = await fetch(`${info.url}/auth/v1/settings`);
    assert.equal(refused.status, 401);
    await refused.body?.cancel();
    await query(info.db_url, "insert into public.notes (body) values ('kept')");
    const target = `${info.url}/functions/v1/hello`;
    await query(info.db_url, `select public.call_hello('${target}')`);
    await until(async () => {
      const [row] = await query(info.db_url, "select status_code from net._http_response");
      return row?.status_code === 200;
    }, "net.http_post");
    const second = await runCli(["start", "--workdir", dir, "--port", "0"]);
    assert.equal(second.code, 1);
    assert.match(second.stderr, /already runs/);
    const status = await runCli(["psql", "--workdir", dir]);
    assert.equal(status.stdout.trim(), info.db_url);
    const stopped = await runCli(["stop", "--workdir", dir]);
    assert.match(stopped.stdout, /Stopped/);
    assert.equal((await stack.status).code, 0);
    await assert.rejects(Deno.stat(join(dir, ".townsquare", "stack.json")), Deno.errors.NotFound);
  }
  await using again = await startStackProcess(dir);
  const rows = await query(again.info.db_url, "select body from public.notes order by id");
  assert.deepEqual(rows.map((row) => row.body), ["seeded", "kept"]);
});

Deno.test("stack: a killed stack does not keep the next start from working", async () => {
  await using resources = new AsyncDisposableStack();
  const dir = await makeProject(resources);
  const cluster = join(dir, ".townsquare", "postgres");
  {
    await using stack = await startStackProcess(dir);
    await query(stack.info.db_url, "insert into public.notes (body) values ('first')");
    const hello = await (await fetch(`${stack.info.url}/functions/v1/hello`)).json();
    assert.ok(isAlive(hello.pid));
    // Only our own process: the watchdog ends Postgres, functions end by themselves.
    stack.kill("SIGKILL");
    await stack.status;
    await until(() => !isAlive(hello.pid), "end of the function");
  }
  {
    await using stack = await startStackProcess(dir);
    const left = await readPidFile(cluster);
    assert.ok(left);
    // Both at once: Postgres recovers from its log.
    stack.kill("SIGKILL");
    Deno.kill(left.pid, "SIGKILL");
    await stack.status;
  }
  await using stack = await startStackProcess(dir);
  const rows = await query(stack.info.db_url, "select body from public.notes order by id");
  assert.deepEqual(rows.map((row) => row.body), ["seeded", "first"]);
});

Deno.test("stack: says what stands in the way of a start", async () => {
  await using resources = new AsyncDisposableStack();
  const dir = await makeProject(resources);
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const port = String(taken.addr.port);
  const busy = await runCli(["start", "--workdir", dir, "--port", port]);
  assert.equal(busy.code, 1);
  assert.match(busy.stderr, new RegExp(`Port ${port}.* is taken`));

  const file = join(dir, "file");
  await Deno.writeTextFile(file, "");
  const noFolder = await runCli(["start", "--workdir", dir, "--port", "0", "--data-dir", file]);
  assert.equal(noFolder.code, 1);
  assert.match(noFolder.stderr, /data directory .* cannot be used/);

  await Deno.writeTextFile(join(dir, "supabase", "config.toml"), "[auth]\njwt_expiry = true\n");
  const wrong = await runCli(["start", "--workdir", dir, "--port", "0"]);
  assert.match(wrong.stderr, /config\.toml is not valid:\n\s+auth\.jwt_expiry/);

  await Deno.remove(join(dir, "supabase", "config.toml"));
  const broken = join(dir, "supabase", "migrations", "20240102000000_broken.sql");
  await Deno.writeTextFile(broken, "select 1;\nselect nonsense;\n");
  const failed = await runCli(["start", "--workdir", dir, "--port", "0"]);
  assert.equal(failed.code, 1);
  assert.match(failed.stderr, /20240102000000_broken\.sql:2: .*nonsense/);
});

Deno.test("stack: unknown options and commands are refused with the usage", async () => {
  for (const args of [["begin"], ["start", "--colour"], ["start", "--port", "x"]]) {
    const { code, stderr } = await runCli(args);
    assert.equal(code, 2, args.join(" "));
    assert.match(stderr, /Usage:/);
  }
});
