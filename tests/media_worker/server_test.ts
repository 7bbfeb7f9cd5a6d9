/** @module How the media worker guards itself: signatures, sizes, deadline, queue, permissions. */
import assert from "node:assert/strict";
import { createMediaWorker, MediaWorkerError } from "../../shared/platform/media_worker.ts";
import { signRequest } from "../../shared/platform/signed_request.ts";
import { parseJob } from "../../workers/media/jobs.ts";
import { ProcessorPool } from "../../workers/media/pool.ts";
import { bytesOf, halves, openWorker } from "./support.ts";

const OPTIONS = { variants: [{ name: "thumb", width: 32 }] };
const PATH = `/process?options=${
  encodeURIComponent(JSON.stringify(OPTIONS))
}&nonce=0123456789abcdef`;
const READY_ATTEMPTS = 100;
const READY_WAIT_MS = 100;

async function failureOf(work: Promise<unknown>): Promise<MediaWorkerError> {
  const failure = await work.then(() => undefined, (error: unknown) => error);
  assert.ok(failure instanceof MediaWorkerError);
  return failure;
}

Deno.test("media worker: only fresh requests signed with the secret are worked on", async () => {
  await using worker = openWorker();
  const body = await bytesOf(halves(16, 16).png());
  const parts = { method: "POST", path: PATH, body };
  const minutes = 60_000;
  const other = new Uint8Array([...body, 0]);
  const good = await signRequest(parts, worker.secret);
  const bad: Record<string, string>[] = [
    {},
    await signRequest(parts, "another secret"),
    await signRequest({ ...parts, path: "/process" }, worker.secret),
    await signRequest({ ...parts, body: other }, worker.secret),
    await signRequest({ ...parts, method: "PUT" }, worker.secret),
    await signRequest(parts, worker.secret, Date.now() - 6 * minutes),
    await signRequest(parts, worker.secret, Date.now() + 6 * minutes),
    { ...good, "x-townsquare-signature": "v1=" },
    { ...good, "x-townsquare-signature": "v1=zz" },
    { ...good, "x-townsquare-timestamp": "0" },
  ];
  for (const headers of bad) {
    const response = await fetch(`${worker.url}${PATH}`, { method: "POST", headers, body });
    assert.equal(response.status, 401);
    assert.equal((await response.json()).code, "unauthorized");
  }
  const response = await fetch(`${worker.url}${PATH}`, { method: "POST", headers: good, body });
  assert.equal(response.status, 200);
  await response.body?.cancel();
  const again = await fetch(`${worker.url}${PATH}`, { method: "POST", headers: good, body });
  assert.equal(again.status, 401, "a request that was overheard is worked on once");
  await again.body?.cancel();
  const health = await fetch(`${worker.url}/health`);
  assert.deepEqual(await health.json(), { status: "ok" });
});

Deno.test("media worker: bad options, unknown paths and large bodies are refused", async () => {
  await using worker = openWorker();
  const bytes = await bytesOf(halves(16, 16).png());
  for (
    const variants of [[{ name: "original", width: 1 }], [{ name: "a", width: 0 }], [
      { name: "a", width: 1 },
      { name: "a", width: 2 },
    ]]
  ) {
    const failure = await failureOf(worker.client.process(bytes, { variants }));
    assert.deepEqual([failure.status, failure.code], [422, "invalid_options"]);
  }
  const missing = await fetch(`${worker.url}/nothing`);
  assert.equal(missing.status, 404);
  await missing.body?.cancel();
  const large = await failureOf(
    worker.client.process(new Uint8Array(20 * 1024 * 1024 + 1), OPTIONS),
  );
  assert.deepEqual([large.status, large.code], [413, "too_large"]);
});

Deno.test("media worker: work past the deadline is killed, again and again", async () => {
  await using worker = openWorker({ deadlineMs: 1 });
  const bytes = await bytesOf(halves(16, 16).png());
  for (let round = 0; round < 2; round++) {
    const failure = await failureOf(worker.client.process(bytes, OPTIONS));
    assert.deepEqual([failure.status, failure.code, failure.retryAfterSeconds], [
      503,
      "deadline",
      2,
    ]);
  }
});

Deno.test("media worker: a full queue answers 503 at once, the others are served", async () => {
  await using worker = openWorker({ queueLimit: 1 });
  const bytes = await bytesOf(halves(64, 64).png());
  const results = await Promise.allSettled(
    Array.from({ length: 6 }, () => worker.client.process(bytes, OPTIONS)),
  );
  const refused = results.filter((result) => result.status === "rejected");
  assert.ok(refused.length >= 1 && refused.length <= 4);
  for (const { reason } of refused) {
    assert.ok(reason instanceof MediaWorkerError);
    assert.deepEqual([reason.status, reason.code, reason.retryAfterSeconds], [503, "busy", 2]);
  }
});

Deno.test("media worker: the client says when there is no worker", async () => {
  const client = createMediaWorker({ url: "http://127.0.0.1:1", secret: "a-secret-for-tests" });
  const failure = await failureOf(client.process(new Uint8Array(1), OPTIONS));
  assert.deepEqual([failure.status, failure.code], [503, "unreachable"]);
});

Deno.test("media worker: it says at its start that it may not start processes", async () => {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-prompt", "--allow-net", "--allow-env", "--allow-read"],
      ...["--allow-sys", "--allow-write", "--allow-run=/somewhere/else/deno"],
      new URL("../../workers/media/main.ts", import.meta.url).href,
    ],
    env: { MEDIA_WORKER_SECRET: "a-secret-for-this-process", PORT: "0" },
  }).output();

  assert.equal(code, 1);
  assert.ok(new TextDecoder().decode(stderr).includes(`--allow-run=${Deno.execPath()}`));
});

Deno.test("media worker: it runs with no more than the permissions it documents", async () => {
  const secret = "a-secret-for-this-process";
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--allow-net=127.0.0.1",
      "--allow-env",
      "--allow-read",
      `--allow-write=${Deno.env.get("TMPDIR") ?? "/tmp"}`,
      "--allow-sys",
      `--allow-run=${Deno.execPath()}`,
      new URL("../../workers/media/main.ts", import.meta.url).href,
    ],
    env: { MEDIA_WORKER_SECRET: secret, PORT: "0", MEDIA_WORKER_PROCESSES: "1" },
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value = "" } = await lines.read();
  const url = /http:\S+/.exec(value)?.[0] ?? "";
  for (let attempt = 0; attempt < READY_ATTEMPTS; attempt++) {
    const ready = await fetch(`${url}/health`).then((response) => response.text(), () => "");
    if (ready !== "") break;
    await new Promise((done) => setTimeout(done, READY_WAIT_MS));
  }
  const client = createMediaWorker({ url, secret });
  const { metadata } = await client.process(await bytesOf(halves(16, 16).png()), OPTIONS);
  assert.equal(metadata.width, 16);
  child.kill("SIGTERM");
  await lines.cancel();
  assert.equal((await child.status).code, 0);
});

Deno.test({
  name: "[B18] media worker: a job whose process is killed is done by another",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const folder = await Deno.makeTempDir();
    await using pool = new ProcessorPool({ size: 1, queueLimit: 1, deadlineMs: 20_000, folder });
    const bytes = await bytesOf(halves(2_000, 1_000).jpeg());
    const job = parseJob("/process", JSON.stringify(OPTIONS));
    assert.ok(job.kind === "process");
    using place = await pool.acquire();
    await place.run({ job, bytes });
    const before = await processorIds(folder);
    assert.equal(before.length, 1);

    const work = place.run({ job, bytes });
    for (const pid of before) Deno.kill(pid, "SIGKILL");

    assert.equal((await work).outcome.ok, true);
    assert.notDeepEqual(await processorIds(folder), before);
    await Deno.remove(folder, { recursive: true });
  },
});

Deno.test("[B18] media worker: a worker that starts late is asked again", async () => {
  const secret = "a-secret-for-tests-only";
  let refusals = 0;
  await using worker = openWorker();
  const client = createMediaWorker({
    url: worker.url,
    secret,
    fetch(input, init) {
      if (refusals++ < 2) return Promise.reject(new TypeError("connection refused"));
      return fetch(input, init);
    },
  });

  const { metadata } = await client.process(await bytesOf(halves(16, 16).png()), OPTIONS);

  assert.deepEqual([metadata.width, refusals], [16, 3]);
});

/** Processes that may write to a folder: those of one pool. */
async function processorIds(folder: string): Promise<number[]> {
  const ids: number[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const command = await Deno.readTextFile(`/proc/${name}/cmdline`).catch(() => "");
    if (command.includes(`--allow-write=${folder}\0`)) ids.push(Number(name));
  }
  return ids;
}
