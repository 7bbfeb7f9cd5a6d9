/** @module Catches the mail that would be sent and shows it, with Mailpit's API. */
import type { LocalService } from "../service.ts";
import { createMailApp } from "./api.ts";
import { Mailbox, parseAddress } from "./mailbox.ts";
import { startSmtp } from "./smtp.ts";

/** A mail as services of this process hand it in. */
export interface SimpleMail {
  readonly to: string;
  readonly from: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** The running catcher. */
export interface MailService extends LocalService {
  /** For services of the same process. */
  readonly mailer: { send(mail: SimpleMail): Promise<void> };
  /** For everybody else. */
  readonly smtp: { readonly host: string; readonly port: number };
}

/** Starts the catcher. Its mails live as long as it does. */
export async function startMail(): Promise<MailService> {
  const box = new Mailbox();
  const smtp = await startSmtp(box);
  const app = createMailApp(box);
  return {
    fetch: (request) => app.fetch(request),
    mailer: {
      send(mail) {
        box.add({ ...mail, from: parseAddress(mail.from), to: [parseAddress(mail.to)] });
        return Promise.resolve();
      },
    },
    smtp,
    [Symbol.asyncDispose]: () => smtp[Symbol.asyncDispose](),
  };
}
