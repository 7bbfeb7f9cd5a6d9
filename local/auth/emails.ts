/** @module Texts of the service's e-mails and how they are sent. */
import type { AuthApp, Db } from "./context.ts";
import { internal } from "./errors.ts";
import { runHook } from "./hooks.ts";
import { loadUserView, type UserRow } from "./users.ts";

/** Why an e-mail is sent. */
export type EmailAction =
  | "email_change"
  | "invite"
  | "magiclink"
  | "reauthentication"
  | "recovery"
  | "signup";

interface Template {
  readonly subject: string;
  readonly lead: string;
  readonly link: string;
}

const TEMPLATES: Readonly<Record<EmailAction, Template>> = {
  signup: {
    subject: "Confirm your email address",
    lead: "Follow this link to confirm your email address:",
    link: "Confirm email address",
  },
  invite: {
    subject: "You have been invited",
    lead: "You have been invited. Follow this link to accept the invitation:",
    link: "Accept the invitation",
  },
  magiclink: {
    subject: "Your sign-in link",
    lead: "Follow this link to sign in:",
    link: "Sign in",
  },
  recovery: {
    subject: "Reset your password",
    lead: "Follow this link to reset your password:",
    link: "Reset password",
  },
  email_change: {
    subject: "Confirm the change of your email address",
    lead: "Follow this link to confirm the change of your email address:",
    link: "Confirm the change",
  },
  reauthentication: {
    subject: "Confirm that it is you",
    lead: "",
    link: "",
  },
};

/** One token on its way to one address. */
export interface Delivery {
  readonly action: EmailAction;
  readonly to: string;
  readonly otp: string;
  readonly tokenHash: string;
  readonly redirectTo: string;
}

/** The link of an e-mail; following it redeems the token. */
export function actionLink(
  app: Pick<AuthApp, "externalUrl">,
  type: string,
  tokenHash: string,
  redirectTo: string,
): string {
  const url = new URL(`${app.externalUrl}/verify`);
  url.searchParams.set("token", tokenHash);
  url.searchParams.set("type", type);
  url.searchParams.set("redirect_to", redirectTo);
  return url.href;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

async function mail(app: AuthApp, delivery: Delivery): Promise<void> {
  const template = TEMPLATES[delivery.action];
  const code = `Enter this code: ${delivery.otp}`;
  const text: string[] = [];
  const html = [`<h2>${escapeHtml(template.subject)}</h2>`];
  if (template.link !== "") {
    const url = actionLink(app, delivery.action, delivery.tokenHash, delivery.redirectTo);
    text.push(template.lead, url, "");
    html.push(
      `<p>${escapeHtml(template.lead)}</p>`,
      `<p><a href="${escapeHtml(url)}">${escapeHtml(template.link)}</a></p>`,
    );
  }
  text.push(code, "", app.siteUrl);
  html.push(`<p>${code}</p>`, `<p>${escapeHtml(app.siteUrl)}</p>`);
  await app.mailer.send({
    to: delivery.to,
    from: app.settings.mailFrom,
    subject: template.subject,
    text: text.join("\n"),
    html: html.join("\n"),
  });
}

function hookData(app: AuthApp, deliveries: readonly Delivery[], user: UserRow) {
  const [first, second] = deliveries;
  const data = {
    token: first?.otp ?? "",
    token_hash: first?.tokenHash ?? "",
    redirect_to: first?.redirectTo ?? app.siteUrl,
    email_action_type: first?.action ?? "",
    site_url: app.externalUrl,
    token_new: "",
    token_hash_new: "",
    old_email: "",
    old_phone: "",
    provider: "",
    factor_type: "",
  };
  if (second === undefined) return data;
  // For a change with two consents the hosted service crosses the pairs: the code for the present
  // address goes with the hash for the new one, and the other way round. Projects rely on it.
  return {
    ...data,
    token: second.otp,
    token_new: first?.otp ?? "",
    token_hash_new: second.tokenHash,
    old_email: user.email ?? "",
  };
}

/** Sends tokens to their addresses, or hands them to the project's own hook. */
export async function deliver(
  app: AuthApp,
  tx: Db,
  user: UserRow,
  deliveries: readonly Delivery[],
  failure: string,
): Promise<void> {
  app.limits.take("email", "project");
  const hook = app.settings.hooks.sendEmail;
  if (hook !== undefined) {
    const input = {
      user: await loadUserView(tx, user),
      email_data: hookData(app, deliveries, user),
    };
    await runHook(app, tx, hook, input);
    return;
  }
  try {
    for (const delivery of deliveries) await mail(app, delivery);
  } catch (cause) {
    throw internal(failure, cause);
  }
}
