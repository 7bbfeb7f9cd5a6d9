/** @module Takes mail by SMTP, as a mail server would, and hands it to the catcher. */
import type { AddressInfo } from "node:net";
import { Buffer } from "node:buffer";
import PostalMime, { type Address } from "postal-mime";
// @ts-types="./smtp_server.d.ts"
import { SMTPServer } from "smtp-server";
import type { MailAddress, Mailbox } from "./mailbox.ts";

/** The running server. */
export interface SmtpService extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
}

const HOST = "127.0.0.1";
/** Largest mail that is taken. */
const MAIL_BYTES_MAX = 10_000_000;

function addressOf({ name, address }: Address): MailAddress {
  return { Name: name, Address: address ?? "" };
}

async function readAll(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function keep(box: Mailbox, stream: AsyncIterable<Uint8Array>): Promise<void> {
  const mail = await PostalMime.parse(await readAll(stream));
  box.add({
    from: mail.from === undefined ? { Name: "", Address: "" } : addressOf(mail.from),
    to: (mail.to ?? []).map(addressOf),
    cc: (mail.cc ?? []).map(addressOf),
    subject: mail.subject ?? "",
    text: mail.text ?? "",
    html: mail.html ?? "",
    headers: Object.fromEntries(mail.headers.map(({ key, value }) => [key, value])),
  });
}

/** Starts the server on a free port. It asks for no account, and offers no TLS. */
export async function startSmtp(box: Mailbox): Promise<SmtpService> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["AUTH", "STARTTLS"],
    size: MAIL_BYTES_MAX,
    disableReverseLookup: true,
    onData(stream, _session, done) {
      keep(box, stream).then(() => done(), (error: Error) => done(error));
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.on("error", reject);
    server.listen(0, HOST, resolve);
  });
  // A server that listens on a port has an address with one.
  const { port } = server.server.address() as AddressInfo;
  return {
    host: HOST,
    port,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
