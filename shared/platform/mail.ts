/** @module Mail by SMTP. Hosted functions reach only servers that listen on 465 or 2465. */
import type { Config } from "../core/config.ts";
import { AppError } from "../core/errors.ts";
import { type Circuit, NO_CIRCUIT } from "./circuits.ts";

/** A mail to one person. */
export interface OutgoingMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Sent again under the same word, receivers show it once. */
  readonly key: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends mail. */
export interface Mailer {
  /** @throws `unavailable` when the server did not take it */
  send(mail: OutgoingMail): Promise<void>;
}

const TIMEOUT_MS = 10_000;
/** Ports on which TLS comes first. */
const TLS_PORTS = new Set([465, 2_465]);

/** Lowest code by which a server refuses a mail for good. */
const REFUSED_CODE = 500;

/** Tells an outage of the server from its refusal of a mail. */
export function isMailOutage(error: unknown): boolean {
  return !(error instanceof Error && "responseCode" in error &&
    Number(error.responseCode) >= REFUSED_CODE);
}

/** Makes the mailer; nothing where no server is set. `circuit` spares a server that is away. */
export function createMailer(
  { env, publicUrl }: Config,
  circuit: Circuit = NO_CIRCUIT,
): Mailer | undefined {
  const { SMTP_HOST: host, SMTP_PORT: port, SMTP_USER: user, SMTP_PASS: pass = "" } = env;
  if (host === undefined) return undefined;
  const domain = new URL(publicUrl).hostname;
  const from = env.SMTP_FROM ?? `townsquare@${domain}`;
  return {
    async send({ key, headers = {}, ...mail }) {
      // Loaded by the first mail, so that others start without it.
      // @ts-types="./nodemailer.d.ts"
      const { default: nodemailer } = await import("nodemailer");
      const transport = nodemailer.createTransport({
        host,
        port,
        secure: TLS_PORTS.has(port),
        ...(user === undefined ? {} : { auth: { user, pass } }),
        connectionTimeout: TIMEOUT_MS,
        greetingTimeout: TIMEOUT_MS,
        socketTimeout: TIMEOUT_MS,
      });
      try {
        await circuit.run(() =>
          transport.sendMail({
            ...mail,
            from,
            messageId: `<${key}@${domain}>`,
            headers: { ...headers },
          })
        );
      } catch (cause) {
        throw new AppError("unavailable", "The mail server did not take the mail", { cause });
      } finally {
        transport.close();
      }
    },
  };
}
