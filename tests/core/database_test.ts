/** @module The database adapter: identities, transactions, lost connections. */
import assert from "node:assert/strict";
import { runInContext } from "../../shared/core/context.ts";
import { AppError } from "../../shared/core/errors.ts";
import { continueTrace, formatTraceparent } from "../../shared/core/trace.ts";
import {
  ANONYMOUS,
  createDatabase,
  type Person,
  type Sql,
} from "../../shared/platform/postgres.ts";
import { signUp } from "../support/app.ts";
import { openDatabase } from "../support/database.ts";
import { until } from "../support/until.ts";

async function open(max = 1) {
  const stack = new AsyncDisposableStack();
  const test = stack.use(await openDatabase({ template: "product" }));
  const db = stack.use(createDatabase(test.url, { max }));
  const { id, sessionId } = await signUp(test, "ada");
  const claims = { sub: id, session_id: sessionId, role: "authenticated" };
  const ada: Person = { kind: "person", userId: id, sessionId, claims };
  return { test, db, ada, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

function isProblem(problem: string) {
  return (error: unknown) => error instanceof AppError && error.problem === problem;
}

function whoAmI(sql: Sql) {
  return sql<{ role: string; uid: string | null }[]>`
    select current_user::text as role, auth.uid()::text as uid`;
}

Deno.test("[GW-01] database: each identity is what it says, on any connection", async () => {
  await using app = await open();
  const { db, ada } = app;

  for (let round = 0; round < 3; round++) {
    assert.deepEqual([...await db.read(ada, whoAmI)], [{
      role: "authenticated",
      uid: ada.userId,
    }]);
    assert.equal((await db.read(ANONYMOUS, whoAmI))[0]?.role, "anon");
    assert.equal((await db.asViewer(ada, whoAmI))[0]?.role, "authenticated");
    assert.equal((await db.asService("test", whoAmI))[0]?.role, "postgres");
  }
});

Deno.test("database: no statement overtakes its identity, however it is sent", async () => {
  await using app = await open();
  const { db, ada } = app;
  const ways: ((sql: Sql) => Promise<{ role: string }[]>)[] = [
    (sql) => whoAmI(sql),
    async (sql) => await whoAmI(sql),
    (sql) => whoAmI(sql).execute(),
    (sql) => whoAmI(sql).catch(() => []),
    (sql) => new Promise((done) => whoAmI(sql).then(done)),
  ];

  for (const way of [...ways, ...ways]) {
    assert.equal((await db.asViewer(ada, way))[0]?.role, "authenticated");
  }
});

Deno.test("database: an ended session is refused before anything is done", async () => {
  await using app = await open();
  const { db, ada, test } = app;
  await test.sql`delete from auth.sessions where id = ${ada.sessionId}`;

  await assert.rejects(db.read(ada, whoAmI), isProblem("session-revoked"));
  await assert.rejects(db.asViewer(ada, whoAmI), isProblem("session-revoked"));
});

Deno.test("database: a failure rolls back, and the connection is good again", async () => {
  await using app = await open();
  const { db, test } = app;
  const count = async () =>
    (await test.sql`select 1 from private.settings where name = 't'`).length;

  const failing = db.asService("test", async (sql) => {
    await sql`insert into private.settings (name, value) values ('t', 't')`;
    throw new AppError("conflict", "On second thought");
  });
  const swallowing = db.asService("test", async (sql) => {
    await sql`insert into private.settings (name, value) values ('t', 't')`;
    await sql`select 1 / 0`.catch(() => undefined);
  });

  await assert.rejects(failing, isProblem("conflict"));
  await assert.rejects(swallowing, /was ignored/);
  assert.equal(await count(), 0);
  assert.equal((await db.asService("test", whoAmI))[0]?.role, "postgres");
});

Deno.test("database: one statement cannot write, work can", async () => {
  await using app = await open();
  const { db, ada } = app;

  const write = db.read(ada, (sql) => sql`update public.profiles set bio = 'x' returning id`);

  await assert.rejects(write, isProblem("unavailable"));
});

Deno.test("database: a lost connection never runs what was meant for its transaction", async () => {
  await using app = await open();
  const { db, ada, test } = app;

  const late = db.asViewer(ada, async (sql) => {
    const [row] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
    await test.sql`select pg_terminate_backend(${row?.pid ?? 0}, 5000)`;
    // Another request makes the driver open a new connection under the same handle.
    await db.read(ANONYMOUS, whoAmI).catch(() => undefined);
    return await whoAmI(sql);
  });

  await assert.rejects(late, isProblem("unavailable"));
  assert.equal((await db.read(ada, whoAmI))[0]?.role, "authenticated");
});

Deno.test("[B13] database: what waits behind a statement whose connection is lost fails too", async () => {
  await using app = await open();
  const { test, db } = app;
  const flight = db.readAll(ANONYMOUS, (sql) => [
    sql<{ slept: string }[]>`select pg_sleep(${60})::text as slept`,
    sql<{ never: number }[]>`select 1 as never`,
  ]);
  const failed = assert.rejects(flight, isProblem("unavailable"));
  await until(async () => {
    const ended = await test.sql`
      select pg_terminate_backend(pid, 5000) from pg_stat_activity
      where datname = ${test.name} and wait_event = 'PgSleep'`;
    return ended.length > 0;
  }, "it sleeps, and is cut off");
  await failed;
  assert.equal((await db.read(ANONYMOUS, whoAmI))[0]?.role, "anon", "a new connection serves");
});

Deno.test("[B13] database: who waited for a lost connection is served by a new one", async () => {
  await using app = await open();
  const { test, db, ada } = app;
  const [lost, ...waiting] = [0, 1, 2].map((turn) =>
    db.asViewer(ada, async (sql) => {
      const [row] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
      if (turn === 0) await test.sql`select pg_terminate_backend(${row?.pid ?? 0}, 5000)`;
      return (await whoAmI(sql))[0]?.role;
    })
  );
  await assert.rejects(lost ?? Promise.resolve(), isProblem("unavailable"));
  assert.deepEqual(await Promise.all(waiting), ["authenticated", "authenticated"]);
});

Deno.test("[OB-21] database: the trace of the request is readable in SQL", async () => {
  await using app = await open();
  const trace = continueTrace(undefined);
  const read = (sql: Sql) => sql<{ trace: string }[]>`select private.traceparent() as trace`;

  const rows = await runInContext({ requestId: "r", trace }, async () => [
    ...await app.db.read(app.ada, read),
    ...await app.db.asService("test", read),
  ]);

  assert.deepEqual(rows.map((row) => row.trace), Array(2).fill(formatTraceparent(trace)));
});

Deno.test("database: times keep their microseconds both ways", async () => {
  await using app = await open();
  const time = "2026-01-02T03:04:05.678901Z";

  const [row] = await app.db.read(
    app.ada,
    (sql) =>
      sql<{ time: string; big: number }[]>`
        select ${time}::timestamptz as time, 5::bigint as big`,
  );

  assert.deepEqual({ ...row }, { time, big: 5 });
});

Deno.test("database: an unreachable server is a problem with a time to try again", async () => {
  await using db = createDatabase("postgres://postgres@127.0.0.1:1/none");

  await assert.rejects(db.read(ANONYMOUS, whoAmI), isProblem("unavailable"));
});
