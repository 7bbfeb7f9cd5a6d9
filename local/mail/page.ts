/** @module The mailbox as pages a person can read. */
import { html } from "hono/html";
import type { CaughtMail } from "./mailbox.ts";

type Page = ReturnType<typeof html>;

const STYLE = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
  table { width: 100%; border-collapse: collapse; }
  td, th { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid #8884; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; }
  iframe { width: 100%; height: 30rem; border: 1px solid #8884; background: #fff; }
`;

function layout(title: string, body: Page): Page {
  return html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>${title}</title>
        <style>${STYLE}</style>
      </head>
      <body>${body}</body>
    </html>
  `;
}

function people(mail: CaughtMail): string {
  return mail.to.map(({ Name, Address }) => Name === "" ? Address : `${Name} <${Address}>`)
    .join(", ");
}

/** The list of mails. */
export function listPage(mails: readonly CaughtMail[]): Page {
  const rows = mails.map((mail) =>
    html`
      <tr>
        <td>${mail.created.toISOString().slice(0, 19).replace("T", " ")}</td>
        <td>${people(mail)}</td>
        <td><a href="/view/${mail.id}">${mail.subject || "(no subject)"}</a></td>
      </tr>
    `
  );
  const list = html`<table><tr><th>Time (UTC)</th><th>To</th><th>Subject</th></tr>${rows}</table>`;
  const body = html`<h1>Mail</h1>
    <p>Nothing is sent from here: what would be sent is kept until the stack stops.</p>
    ${mails.length === 0 ? html`<p>No mail yet.</p>` : list}`;
  return layout("Mail", body);
}

/** One mail. Its HTML is shown without scripts and without access to this page. */
export function mailPage(mail: CaughtMail): Page {
  const body = html`<p><a href="/">All mail</a></p>
    <h1>${mail.subject || "(no subject)"}</h1>
    <p>From ${mail.from.Name} &lt;${mail.from.Address}&gt; to ${people(mail)},
      ${mail.created.toISOString()}</p>
    ${
    mail.html === ""
      ? ""
      : html`<iframe title="Mail" sandbox="allow-popups" srcdoc="${mail.html}"></iframe>`
  }
    <h2>Text</h2>
    <pre>${mail.text}</pre>`;
  return layout(mail.subject, body);
}
