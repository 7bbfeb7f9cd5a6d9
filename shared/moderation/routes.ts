/** @module HTTP face of moderation. */
import { IdParams, pageOf } from "../core/shapes.ts";
import { type Route, route } from "../http/route.ts";
import {
  CaseDetail,
  CreateDecision,
  CreateReport,
  MessageParams,
  ModerationCase,
  QueueQuery,
  ReportBody,
  ReportReceipt,
} from "./schemas.ts";
import { decide, listCases, type ModerationDeps, readCase, reportSubject } from "./service.ts";

const REPORT = {
  method: "post",
  tag: "moderation",
  answer: ReportReceipt,
  status: 201,
  otherStatuses: [200],
  limit: "report",
  problems: ["not-permitted", "not-found", "not-supported"],
} as const;

function reportRoutes(deps: ModerationDeps): Route[] {
  return [
    route(
      { ...REPORT, path: "/reports", summary: "Report something", body: CreateReport },
      ({ viewer, body: { subject, ...body } }) => reportSubject(deps, viewer, subject, body),
    ),
    route(
      {
        ...REPORT,
        path: "/posts/{id}/report",
        aliases: ["/content/{id}/report"],
        summary: "Report a post or comment",
        params: IdParams,
        body: ReportBody,
      },
      ({ viewer, params, body }) =>
        reportSubject(deps, viewer, { type: "post", id: params.id }, body),
    ),
    route(
      {
        ...REPORT,
        path: "/messages/{mid}/report",
        summary: "Report a message",
        params: MessageParams,
        body: ReportBody,
      },
      ({ viewer, params, body }) =>
        reportSubject(deps, viewer, { type: "message", id: params.mid }, body),
    ),
    route(
      {
        ...REPORT,
        path: "/users/{id}/report",
        summary: "Report a person",
        params: IdParams,
        body: ReportBody,
      },
      ({ viewer, params, body }) =>
        reportSubject(deps, viewer, { type: "user", id: params.id }, body),
    ),
  ];
}

/** Routes of moderation. */
export function moderationRoutes(deps: ModerationDeps): Route[] {
  return [
    ...reportRoutes(deps),
    route(
      {
        method: "get",
        path: "/moderation/queue",
        tag: "moderation",
        permission: "report.review",
        summary: "List cases, most urgent first",
        query: QueueQuery,
        answer: pageOf(ModerationCase),
        problems: ["not-permitted"],
      },
      ({ viewer, query }) => listCases(deps, viewer, query),
    ),
    route(
      {
        method: "get",
        path: "/moderation/cases/{id}",
        tag: "moderation",
        permission: "report.review",
        summary: "Read a case with what reporters said",
        params: IdParams,
        answer: CaseDetail,
        problems: ["not-permitted", "not-found"],
      },
      ({ viewer, params }) => readCase(deps, viewer, params.id),
    ),
    route(
      {
        method: "post",
        path: "/moderation/cases/{id}/decision",
        tag: "moderation",
        permission: "report.review",
        summary: "Decide a case",
        params: IdParams,
        body: CreateDecision,
        answer: CaseDetail,
        limit: "admin",
        problems: ["not-permitted", "not-found", "conflict", "not-supported"],
      },
      ({ viewer, params, body }) => decide(deps, viewer, params.id, body),
    ),
  ];
}
