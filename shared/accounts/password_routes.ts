/** @module Addresses of passwords and of confirming an e-mail address. */
import { type Route, route } from "../http/route.ts";
import { deviceOf, tokenOf } from "./device.ts";
import {
  changePassword,
  confirmEmail,
  confirmPassword,
  type PasswordDeps,
  requestMail,
} from "./password_service.ts";
import {
  EmailProof,
  MailRequest,
  MailSent,
  PasswordChange,
  PasswordReset,
  SignedIn,
  SignedOut,
} from "./schemas.ts";

/** Asks for a mail: 202, whoever asks and whatever the address. */
function mailRoute(
  deps: PasswordDeps,
  path: `/${string}`,
  mail: "recovery" | "signup",
  summary: string,
): Route {
  return route(
    {
      method: "post",
      path,
      access: "anyone",
      openTo: "banned",
      tag: "auth",
      summary,
      body: MailRequest,
      answer: MailSent,
      status: 202,
      limit: "mail_address",
      idempotent: false,
    },
    ({ body, c }) => {
      requestMail(deps, mail, body.email, deviceOf(c, deps.config));
      return { accepted: true as const };
    },
  );
}

/** Routes that redeem the token of a mail. */
function tokenRoutes(deps: PasswordDeps): Route[] {
  const redeem = {
    method: "post",
    access: "anyone",
    openTo: "banned",
    tag: "auth",
    answer: SignedIn,
    idempotent: false,
    limit: "token_address",
    problems: ["not-permitted", "upstream-failed"],
  } as const;
  return [
    route(
      {
        ...redeem,
        path: "/auth/password/confirm",
        summary: "Set a password with the token of a mail; ends all other sessions",
        body: PasswordReset,
      },
      ({ body, c }) => confirmPassword(deps, body, deviceOf(c, deps.config)),
    ),
    route(
      {
        ...redeem,
        path: "/auth/verify",
        summary: "Confirm an e-mail address with the token of a mail, and sign in",
        body: EmailProof,
      },
      ({ body, c }) => confirmEmail(deps, body, deviceOf(c, deps.config)),
    ),
  ];
}

/** Routes of passwords and of confirming an e-mail address. */
export function passwordRoutes(deps: PasswordDeps): Route[] {
  return [
    route(
      {
        method: "post",
        path: "/auth/password",
        openTo: "banned",
        tag: "auth",
        summary: "Change your password; ends your other sessions",
        body: PasswordChange,
        answer: SignedOut,
        idempotent: false,
        limit: "password",
        problems: ["not-permitted", "upstream-failed"],
      },
      async ({ viewer, body, c }) => {
        await changePassword(deps, viewer, body, tokenOf(c));
        return { ended: "other-sessions" as const };
      },
    ),
    mailRoute(deps, "/auth/password/reset", "recovery", "Ask for a mail to set a new password"),
    mailRoute(deps, "/auth/verify/resend", "signup", "Ask for the confirmation mail again"),
    ...tokenRoutes(deps),
  ];
}
