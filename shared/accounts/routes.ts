/** @module Addresses of signing up, signing in and sessions. */
import { IdParams, ListQuery, pageOf } from "../core/shapes.ts";
import { Answer, type Route, route } from "../http/route.ts";
import { deviceOf, tokenOf } from "./device.ts";
import { passwordRoutes } from "./password_routes.ts";
import type { PasswordDeps } from "./password_service.ts";
import {
  Account,
  AuthLogEntry,
  Refresh,
  SessionInfo,
  SignedIn,
  SignedOut,
  SignedUp,
  SignIn,
  SignUp,
} from "./schemas.ts";
import {
  closeSession,
  deactivate,
  listLog,
  listSessions,
  readAccount,
  refreshSession,
  signIn,
  signOut,
  signUp,
} from "./service.ts";

/** What the routes need. */
type Deps = PasswordDeps;

/** Ways in. Their answers hold secrets, so they are never kept for replays. */
function entryRoutes(deps: Deps): Route[] {
  const entry = {
    method: "post",
    access: "anyone",
    openTo: "banned",
    tag: "auth",
    answer: SignedIn,
    idempotent: false,
  } as const;
  return [
    route(
      {
        ...entry,
        path: "/auth/signup",
        aliases: ["/auth/register"],
        summary: "Make an account; 201 signs in, 202 waits for the e-mail to be confirmed",
        body: SignUp,
        answer: SignedUp,
        status: 201,
        otherStatuses: [202],
        limit: "signup_address",
        problems: ["conflict", "not-permitted", "upstream-failed"],
      },
      async ({ body, c }) => {
        const made = await signUp(deps, body, deviceOf(c, deps.config));
        return new Answer(made, { status: made.session === null ? 202 : 201 });
      },
    ),
    route(
      {
        ...entry,
        path: "/auth/signin",
        aliases: ["/auth/login"],
        summary: "Sign in with a password",
        body: SignIn,
        limit: "signin_address",
        problems: ["not-permitted", "upstream-failed"],
      },
      ({ body, c }) => signIn(deps, body, deviceOf(c, deps.config)),
    ),
    route(
      {
        ...entry,
        path: "/auth/refresh",
        summary: "Swap a refresh token for new tokens",
        body: Refresh,
        limit: "refresh_address",
        problems: ["not-permitted", "upstream-failed"],
      },
      ({ body, c }) => refreshSession(deps, body, deviceOf(c, deps.config)),
    ),
  ];
}

/** Ways out. */
function exitRoutes(deps: Deps): Route[] {
  const exit = {
    method: "post",
    tag: "auth",
    openTo: "banned",
    answer: SignedOut,
    idempotent: false,
    problems: ["not-permitted", "upstream-failed"],
  } as const;
  return [
    route(
      { ...exit, path: "/auth/logout", summary: "End this session" },
      async ({ c }) => {
        await signOut(deps, tokenOf(c), "local");
        return { ended: "session" as const };
      },
    ),
    route(
      { ...exit, path: "/auth/logout-all", summary: "End all your sessions" },
      async ({ c }) => {
        await signOut(deps, tokenOf(c), "global");
        return { ended: "all-sessions" as const };
      },
    ),
    route(
      {
        method: "post",
        path: "/auth/deactivate",
        tag: "auth",
        openTo: "suspended",
        summary: "Hide your account until you sign in again; ends all your sessions",
        problems: ["account-left", "conflict"],
      },
      ({ viewer }) => deactivate(deps, viewer),
    ),
  ];
}

/** Routes of accounts. */
export function accountRoutes(deps: Deps): Route[] {
  return [
    ...entryRoutes(deps),
    ...exitRoutes(deps),
    ...passwordRoutes(deps),
    route(
      {
        method: "get",
        path: "/auth/me",
        tag: "auth",
        openTo: "banned",
        summary: "Read your account",
        answer: Account,
      },
      ({ viewer }) => readAccount(deps, viewer),
    ),
    route(
      {
        method: "get",
        path: "/auth/sessions",
        tag: "auth",
        openTo: "banned",
        summary: "List where you are signed in, newest first",
        query: ListQuery,
        answer: pageOf(SessionInfo),
      },
      ({ viewer, query }) => listSessions(deps, viewer, query),
    ),
    route(
      {
        method: "delete",
        path: "/auth/sessions/{id}",
        tag: "auth",
        openTo: "banned",
        summary: "End one of your sessions",
        params: IdParams,
      },
      ({ viewer, params }) => closeSession(deps, viewer, params.id),
    ),
    route(
      {
        method: "get",
        path: "/auth/log",
        tag: "auth",
        openTo: "banned",
        summary: "List what happened to your account, newest first",
        query: ListQuery,
        answer: pageOf(AuthLogEntry),
      },
      ({ viewer, query }) => listLog(deps, viewer, query),
    ),
  ];
}
