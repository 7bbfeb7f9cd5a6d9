/** @module Mailpit's HTTP API on the mailbox. */
import { Hono } from "hono";
import { z } from "zod";
import { type CaughtMail, type MailAddress, Mailbox, parseAddress } from "./mailbox.ts";
import { listPage, mailPage } from "./page.ts";

const DEFAULT_LIMIT = 50;
const SNIPPET_LENGTH = 250;
const MAX_BODY_BYTES = 10_000_000;

const person = z.object({ Email: z.string().min(1), Name: z.string().default("") });
const sendBody = z.object({
  From: person,
  To: z.array(person).default([]),
  Cc: z.array(person).default([]),
  Bcc: z.array(z.string()).default([]),
  ReplyTo: z.array(person).default([]),
  Subject: z.string().default(""),
  Text: z.string().default(""),
  HTML: z.string().default(""),
  Headers: z.record(z.string(), z.string()).default({}),
  Tags: z.array(z.string()).default([]),
});
const idsBody = z.object({
  IDs: z.array(z.string()).default([]),
  Read: z.boolean().default(false),
}).prefault({});

function toAddress({ Email, Name }: z.output<typeof person>): MailAddress {
  return { Name, Address: Email };
}

function shared(mail: CaughtMail): Record<string, unknown> {
  return {
    ID: mail.id,
    MessageID: mail.messageId,
    From: mail.from,
    To: mail.to,
    Cc: mail.cc ?? [],
    Bcc: mail.bcc ?? [],
    ReplyTo: mail.replyTo ?? [],
    Subject: mail.subject,
    Tags: mail.tags ?? [],
    Size: mail.size,
    Username: "",
  };
}

function summary(mail: CaughtMail): Record<string, unknown> {
  const words = (mail.text || mail.html.replace(/<[^>]*>/g, " ")).replace(/\s+/g, " ").trim();
  return {
    ...shared(mail),
    Read: mail.read,
    Created: mail.created.toISOString(),
    Attachments: 0,
    Snippet: words.slice(0, SNIPPET_LENGTH),
  };
}

function details(mail: CaughtMail): Record<string, unknown> {
  return {
    ...shared(mail),
    ReturnPath: mail.from.Address,
    Date: mail.created.toISOString(),
    ListUnsubscribe: { Links: [], Errors: "", HeaderPost: "", Header: "" },
    Text: mail.text,
    HTML: mail.html,
    Inline: [],
    Attachments: [],
  };
}

function addressLine(addresses: readonly MailAddress[]): string[] {
  if (addresses.length === 0) return [];
  return [
    addresses.map(({ Name, Address }) => Name === "" ? Address : `${Name} <${Address}>`).join(", "),
  ];
}

function headers(mail: CaughtMail): Record<string, string[]> {
  const own = Object.entries(mail.headers ?? {}).map(([name, value]) => [name, [value]] as const);
  const cc = addressLine(mail.cc ?? []);
  return {
    ...Object.fromEntries(own),
    From: addressLine([mail.from]),
    To: addressLine(mail.to),
    ...(cc.length > 0 ? { Cc: cc } : {}),
    Subject: [mail.subject],
    Date: [mail.created.toUTCString()],
    "Message-Id": [`<${mail.messageId}>`],
  };
}

function page(box: Mailbox, found: readonly CaughtMail[], query: URLSearchParams): unknown {
  const start = Math.max(0, Number(query.get("start") ?? 0) || 0);
  const limit = Math.max(0, Number(query.get("limit") ?? DEFAULT_LIMIT) || DEFAULT_LIMIT);
  const all = box.list();
  return {
    total: all.length,
    unread: all.filter((mail) => !mail.read).length,
    count: Math.min(limit, Math.max(0, found.length - start)),
    messages_count: found.length,
    messages_unread: found.filter((mail) => !mail.read).length,
    start,
    tags: [...new Set(all.flatMap((mail) => mail.tags ?? []))].sort(),
    messages: found.slice(start, start + limit).map(summary),
  };
}

async function readJson(request: Request): Promise<unknown> {
  const text = await request.text();
  if (text.length > MAX_BODY_BYTES) throw new SyntaxError("the message is too large");
  return text === "" ? {} : JSON.parse(text);
}

function addMessageRoutes(app: Hono, box: Mailbox): void {
  app.get("/api/v1/message/:id", (c) => {
    const mail = box.find(c.req.param("id"));
    if (mail === undefined) return c.text("message not found", 404);
    mail.read = true;
    return c.json(details(mail));
  });
  app.get("/api/v1/message/:id/headers", (c) => {
    const mail = box.find(c.req.param("id"));
    return mail === undefined ? c.text("message not found", 404) : c.json(headers(mail));
  });
  app.post("/api/v1/send", async (c) => {
    const body = sendBody.safeParse(await readJson(c.req.raw));
    if (!body.success) return c.json({ Error: z.prettifyError(body.error) }, 400);
    const mail = body.data;
    const caught = box.add({
      from: toAddress(mail.From),
      to: mail.To.map(toAddress),
      cc: mail.Cc.map(toAddress),
      bcc: mail.Bcc.map(parseAddress),
      replyTo: mail.ReplyTo.map(toAddress),
      subject: mail.Subject,
      text: mail.Text,
      html: mail.HTML,
      headers: mail.Headers,
      tags: mail.Tags,
    });
    return c.json({ ID: caught.id });
  });
}

function addListRoutes(app: Hono, box: Mailbox): void {
  app.get("/api/v1/messages", (c) => {
    return c.json(page(box, box.list(), new URL(c.req.url).searchParams));
  });
  app.get("/api/v1/search", (c) => {
    const query = new URL(c.req.url).searchParams;
    const terms = query.get("query")?.trim() ?? "";
    if (terms === "") return c.text("Error: no search query", 400);
    return c.json(page(box, box.search(terms), query));
  });
  app.delete("/api/v1/messages", async (c) => {
    const { IDs } = idsBody.parse(await readJson(c.req.raw));
    box.remove(IDs.length > 0 ? IDs : undefined);
    return c.text("ok");
  });
  app.put("/api/v1/messages", async (c) => {
    const { IDs, Read } = idsBody.parse(await readJson(c.req.raw));
    for (const mail of box.list()) {
      if (IDs.length === 0 || IDs.includes(mail.id)) mail.read = Read;
    }
    return c.text("ok");
  });
  app.delete("/api/v1/search", (c) => {
    const terms = new URL(c.req.url).searchParams.get("query")?.trim() ?? "";
    if (terms === "") return c.text("Error: no search query", 400);
    box.remove(box.search(terms).map((mail) => mail.id));
    return c.text("ok");
  });
}

/** The web application on a mailbox. */
export function createMailApp(box: Mailbox): Hono {
  const app = new Hono();
  app.get("/", (c) => c.html(listPage(box.list())));
  app.get("/view/:id", (c) => {
    const mail = box.find(c.req.param("id"));
    if (mail === undefined) return c.text("message not found", 404);
    mail.read = true;
    return c.html(mailPage(mail));
  });
  app.get("/livez", (c) => c.body(null, 200));
  app.get("/readyz", (c) => c.body(null, 200));
  app.get("/api/v1/info", (c) => {
    const mails = box.list();
    const unread = mails.filter((mail) => !mail.read).length;
    return c.json({ Version: "local", Messages: mails.length, Unread: unread });
  });
  addListRoutes(app, box);
  addMessageRoutes(app, box);
  app.all("/api/*", (c) => {
    const what = `${c.req.method} ${new URL(c.req.url).pathname}`;
    return c.json({ Error: `${what} is not part of the local mail catcher` }, 501);
  });
  app.onError((error, c) => {
    if (error instanceof SyntaxError || error instanceof z.ZodError) {
      return c.json({ Error: error.message }, 400);
    }
    console.error("mail:", error);
    return c.json({ Error: "internal error" }, 500);
  });
  return app;
}
