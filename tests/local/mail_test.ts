/** @module The mail catcher. */
import assert from "node:assert/strict";
import { startMail } from "../../local/mail/mod.ts";

const INFO = { remoteAddress: "127.0.0.1" };

interface Listing {
  total: number;
  messages: { ID: string; Subject: string; To: { Address: string }[]; Snippet: string }[];
}

Deno.test("mail: what is sent can be listed, read, searched and removed", async () => {
  await using mail = await startMail();
  const call = async (path: string, init?: RequestInit) =>
    await mail.fetch(new Request(`http://mail${path}`, init), INFO);
  await mail.mailer.send({
    to: "Ada <ada@example.test>",
    from: "noreply@example.test",
    subject: "Confirm",
    text: "Your code is 123456",
    html: "<p>Your code is 123456</p>",
  });
  const sent = await call("/api/v1/send", {
    method: "POST",
    body: JSON.stringify({
      From: { Email: "b@example.test" },
      To: [{ Email: "grace@example.test" }],
      Subject: "Digest",
      Text: "news",
    }),
  });
  assert.equal(sent.status, 200);
  const listing: Listing = await (await call("/api/v1/messages")).json();
  assert.deepEqual(listing.messages.map((m) => m.Subject), ["Digest", "Confirm"]);
  assert.equal(listing.messages[1]?.Snippet, "Your code is 123456");
  const found: Listing = await (await call("/api/v1/search?query=to:ada subject:conf")).json();
  assert.deepEqual(found.messages.map((m) => m.To[0]?.Address), ["ada@example.test"]);
  const id = found.messages[0]?.ID;
  const message: { Text: string; HTML: string } = await (await call(`/api/v1/message/${id}`))
    .json();
  assert.deepEqual([message.Text, message.HTML], [
    "Your code is 123456",
    "<p>Your code is 123456</p>",
  ]);
  assert.match(await (await call(`/view/${id}`)).text(), /sandbox/);
  await call("/api/v1/messages", { method: "DELETE" });
  assert.equal((await (await call("/api/v1/messages")).json() as Listing).total, 0);
});

Deno.test("mail: bad input is refused and what is missing names itself", async () => {
  await using mail = await startMail();
  const call = async (path: string, init?: RequestInit) =>
    await mail.fetch(new Request(`http://mail${path}`, init), INFO);
  assert.equal((await call("/api/v1/send", { method: "POST", body: "{" })).status, 400);
  assert.equal((await call("/api/v1/send", { method: "POST", body: "{}" })).status, 400);
  assert.equal((await call("/api/v1/message/none")).status, 404);
  assert.equal((await call("/api/v1/webui")).status, 501);
});
