/** @module Requests to addresses that people name reach the public internet only. */
import assert from "node:assert/strict";
import { createOutside, isReachable, OutsideError } from "../../shared/platform/outside.ts";

const BOUNDS = { redirectsMax: 3, bytesMax: 1_000, timeoutMs: 1_000 };

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(() => undefined, (cause) => cause);
  assert.ok(error instanceof OutsideError, String(error));
  return error.refusal;
}

/** A site of this machine, and every path that it was asked for. */
function openSite(answer: (request: Request) => Response | Promise<Response>) {
  const paths: string[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    paths.push(new URL(request.url).pathname);
    return answer(request);
  });
  return {
    port: server.addr.port,
    url: `http://127.0.0.1:${server.addr.port}`,
    paths,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

Deno.test("[RO-39] outside: addresses that are not of the public internet are refused", async () => {
  const outside = createOutside({ allowLoopback: false, resolve: () => Promise.resolve([]) });
  const closed = [
    "http://127.0.0.1/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://0177.0.0.1/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b:1::7f00:1]/",
    "http://[::127.0.0.1]/",
    "http://[fec0::1]/",
    "http://[2001:0:7f00:1::]/",
    "http://198.18.0.1/",
    "http://[2002:7f00:1::]/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data",
    "http://100.64.0.1/",
    "http://0.0.0.0/",
    "http://255.255.255.255/",
    "http://224.0.0.1/",
    "http://[fc00::1]/",
    "http://[fe80::1]/",
    "http://[ff02::1]/",
    "http://localhost/",
    "http://db.internal/",
    "http://printer.local/",
  ];
  for (const url of closed) {
    assert.equal(await refusal(outside.send({ ...BOUNDS, url })), "private-address", url);
  }
  const bad = [
    "ftp://a.org/",
    "file:///etc/passwd",
    "http://user:pw@a.org/",
    "http://a.org:22/",
    "http://a.org./",
    "nonsense",
    `http://a.org/${"x".repeat(3_000)}`,
  ];
  for (const url of bad) {
    assert.equal(await refusal(outside.send({ ...BOUNDS, url })), "bad-address", url);
  }
  assert.equal(await refusal(outside.send({ ...BOUNDS, url: "http://a.org/" })), "unresolved");
});

Deno.test("[RO-39] outside: a name is refused when any of its addresses is private", async () => {
  for (const addresses of [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["::1"]]) {
    const outside = createOutside({
      allowLoopback: false,
      resolve: () => Promise.resolve(addresses),
    });
    const sent = outside.send({ ...BOUNDS, url: "http://rebind.example/" });
    assert.equal(await refusal(sent), "private-address", addresses.join());
  }
  assert.equal(isReachable("93.184.216.34", false), true);
  assert.equal(isReachable("2606:2800:220:1::1", false), true);
});

Deno.test("[RO-39] outside: a name is asked for once, and what was checked is connected to", async () => {
  await using site = openSite(() => new Response("hi"));
  const asked: string[] = [];
  const outside = createOutside({
    allowLoopback: true,
    resolve(name) {
      asked.push(name);
      // The second answer is what a rebinding name would give.
      return Promise.resolve([asked.length === 1 ? "127.0.0.1" : "10.0.0.1"]);
    },
  });
  const answer = await outside.send({ ...BOUNDS, url: `http://localhost:${site.port}/a` });
  assert.equal(new TextDecoder().decode(answer.body), "hi");
  assert.deepEqual(asked, ["localhost"]);
});

Deno.test("[RO-39] outside: redirects are checked like the first address, and bounded", async () => {
  await using site = openSite((request) => {
    const { pathname } = new URL(request.url);
    const to = {
      "/inside": "http://192.168.0.1/secret",
      "/file": "file:///etc/passwd",
      "/loop": "/loop",
      "/ok": "/page",
    }[pathname];
    return to === undefined
      ? new Response("page")
      : new Response(null, { status: 302, headers: { location: to } });
  });
  const outside = createOutside({ allowLoopback: true });
  const get = (path: string) => outside.send({ ...BOUNDS, url: site.url + path });
  assert.equal(await refusal(get("/inside")), "private-address");
  assert.equal(await refusal(get("/file")), "bad-address");
  assert.equal(await refusal(get("/loop")), "too-many-redirects");
  assert.equal((await get("/ok")).url, `${site.url}/page`);
  assert.equal(site.paths.filter((path) => path === "/loop").length, 4);
});

Deno.test("[RO-39] outside: size, time and type are bounded, packed answers too", async () => {
  const never = Promise.withResolvers<Response>();
  await using site = openSite(async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/slow") return await never.promise;
    const zeros = new Blob([new Uint8Array(5_000_000)]).stream();
    if (pathname === "/bomb") {
      return new Response(zeros.pipeThrough(new CompressionStream("gzip")), {
        headers: { "content-encoding": "gzip" },
      });
    }
    return new Response(zeros, { headers: { "content-type": "text/html; charset=utf-8" } });
  });
  const outside = createOutside({ allowLoopback: true });
  const url = `${site.url}/big`;
  assert.equal(await refusal(outside.send({ ...BOUNDS, url })), "too-large");
  assert.equal((await outside.send({ ...BOUNDS, url, isCut: true })).body.length, 1_000);
  assert.equal(
    await refusal(outside.send({ ...BOUNDS, url, types: ["image/png"] })),
    "wrong-type",
  );
  const bomb = { ...BOUNDS, url: `${site.url}/bomb` };
  assert.equal(await refusal(outside.send(bomb)), "too-large");
  const slow = outside.send({ ...BOUNDS, url: `${site.url}/slow`, timeoutMs: 100 });
  assert.equal(await refusal(slow), "too-slow");
  never.resolve(new Response());
  const gone = outside.send({ ...BOUNDS, url: "http://127.0.0.1:1/" });
  assert.equal(await refusal(gone), "unreachable");
});

Deno.test("[IN-02] outside: where the status is what counts, a body that cannot be read does not undo it", async () => {
  await using site = openSite((request) => {
    const encoding = new URL(request.url).pathname.slice(1);
    return new Response("neither of them", { headers: { "content-encoding": encoding } });
  });
  const outside = createOutside({ allowLoopback: true });
  for (const encoding of ["gzip", "zstd"]) {
    const wanted = { ...BOUNDS, url: `${site.url}/${encoding}` };
    assert.equal((await outside.send({ ...wanted, isStatusEnough: true })).status, 200);
    await refusal(outside.send(wanted));
  }
});
