/** @module What is used of the library `nodemailer`, which comes without types. */

interface Mail {
  from: string;
  to: string;
  subject: string;
  text: string;
  html: string;
  messageId: string;
  headers: Record<string, string>;
}

declare const nodemailer: {
  createTransport(options: {
    host: string;
    port: number;
    /** TLS from the first byte; otherwise it is begun where the server offers it. */
    secure: boolean;
    auth?: { user: string; pass: string };
    connectionTimeout: number;
    greetingTimeout: number;
    socketTimeout: number;
  }): { sendMail(mail: Mail): Promise<unknown>; close(): void };
};
// deno-lint-ignore townsquare/declared-functions -- the library has this one export
export default nodemailer;
