/** @module Threads: order, branches and their cursors, and empty places. */
import assert from "node:assert/strict";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";

interface Shown {
  id: string;
  body: string | null;
  replies?: { items: Shown[]; next_cursor: string | null };
}

async function write(app: TestApp, person: TestPerson, body: string, parent?: string) {
  const answer = parent === undefined
    ? await app.as(person).post("/posts", { body })
    : await app.as(person).post(`/posts/${parent}/comment`, { body });
  assert.equal(answer.status, 201, answer.text);
  return answer.body.id as string;
}

/** The thread as text: nested brackets, `…` where a branch goes on. */
function outline(branch: { items: Shown[]; next_cursor: string | null }): string {
  const items = branch.items.map(({ body, replies }) =>
    `${body ?? "-"}${replies === undefined ? "" : outline(replies)}`
  );
  return `[${items.join(" ")}${branch.next_cursor === null ? "" : " …"}]`;
}

Deno.test("[PO-10] [PO-11] [UX-01] threads nest to a depth, and each branch goes on by itself", async () => {
  await using app = await openApp();
  const [ada, grace] = [await app.signUp("ada"), await app.signUp("grace")];
  const root = await write(app, ada, "root");
  const first = await write(app, grace, "a", root);
  for (const name of ["b", "c"]) await write(app, ada, name, root);
  const below: string[] = [];
  for (let n = 0; n < 5; n++) below.push(await write(app, ada, `a${n}`, first));
  const third = await write(app, ada, "a0x", below[0]);
  await write(app, ada, "a0xx", third);
  const path = `/posts/${root}/comments`;
  const list = async (query: string) => {
    const answer = await app.as(grace).get(`${path}?${query}`);
    assert.equal(answer.status, 200, answer.text);
    return answer.body;
  };
  assert.equal(outline(await list("")), "[a b c]");
  assert.equal(outline(await list("sort=newest&limit=2")), "[c b …]");
  assert.equal(outline(await list("depth=2")), "[a[a0 a1 a2 …] b[] c[]]");
  assert.equal(
    outline(await list("depth=4")),
    "[a[a0[a0x[a0xx[]]] a1[] a2[] …] b[] c[]]".replace("a0xx[]", "a0xx"),
  );
  const [shown] = (await list("depth=2")).items as Shown[];
  const rest = await app.as(grace).get(
    `/posts/${first}/comments?cursor=${shown?.replies?.next_cursor}`,
  );
  assert.equal(outline(rest.body), "[a3 a4]");
  const other = await app.as(grace).get(
    `/posts/${first}/comments?sort=newest&cursor=${shown?.replies?.next_cursor}`,
  );
  assert.equal(other.status, 400, "a cursor belongs to its order");
  for (
    const query of ["depth=0", "depth=5", "depth=x", "sort=hot", "depth=2&limit=26", "limit=101"]
  ) {
    assert.equal((await app.as(grace).get(`${path}?${query}`)).status, 422, query);
  }
  assert.equal((await list("depth=2&limit=25")).items.length, 3);
});

Deno.test("[PO-10] the best comments are those that people react to and answer", async () => {
  await using app = await openApp();
  const people = await Promise.all(["ada", "grace", "linus"].map((name) => app.signUp(name)));
  const [ada, grace, linus] = people as [TestPerson, TestPerson, TestPerson];
  const root = await write(app, ada, "root");
  const ids: string[] = [];
  for (const name of ["loved", "plain", "answered"]) ids.push(await write(app, ada, name, root));
  for (const who of people) await app.as(who).put(`/posts/${ids[0]}/reaction`, { kind: "love" });
  for (const who of [grace, linus]) await write(app, who, "yes", ids[2]);
  await app.db.sql`select private.fold_counters()`;
  const seen: string[] = [];
  let cursor = "";
  for (let page = 0; page < 3; page++) {
    const { body } = await app.anonymous.get(`/posts/${root}/comments?sort=best&limit=1${cursor}`);
    seen.push(...body.items.map((item: Shown) => item.body ?? "-"));
    cursor = `&cursor=${encodeURIComponent(body.next_cursor)}`;
  }
  assert.deepEqual(seen, ["answered", "loved", "plain"]);
  const [row] = await app.db.sql`
    select private.comment_rank(10, 0, t) - private.comment_rank(1, 0, t) as tenfold,
      private.comment_rank(0, 0, t + interval '45000 seconds')
        - private.comment_rank(0, 0, t) as age
    from (select '2026-01-01T00:00:00Z'::timestamptz as t) x`;
  assert.equal(Math.round(row?.tenfold * 1e6) / 1e6, 1);
  assert.equal(Math.round(row?.age * 1e6) / 1e6, 1);
});

Deno.test("[UX-05] [PO-06] an empty place is kept while somebody sees an answer below it", async () => {
  await using app = await openApp();
  const [ada, grace, linus] = [
    await app.signUp("ada"),
    await app.signUp("grace"),
    await app.signUp("linus"),
  ];
  const root = await write(app, ada, "root");
  const top = await write(app, ada, "top", root);
  const middle = await write(app, ada, "middle", top);
  await write(app, grace, "leaf", middle);
  for (const id of [middle, top]) await app.as(ada).delete(`/posts/${id}`);
  const thread = async (who: TestPerson) =>
    outline((await app.as(who).get(`/posts/${root}/comments?depth=3`)).body);
  assert.equal(await thread(linus), "[-[-[leaf]]]");
  const gone = await app.as(linus).get(`/posts/${top}`);
  assert.deepEqual([gone.body.status, gone.body.body, gone.body.poll], ["removed", null, null]);
  await app.as(linus).post(`/users/${grace.id}/block`);
  assert.equal(await thread(linus), "[]");
  assert.equal((await app.as(linus).get(`/posts/${top}`)).status, 404);
  assert.equal(await thread(ada), "[-[-[leaf]]]");
});
