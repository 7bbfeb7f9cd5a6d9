/** @module Shapes of moderation: reports, cases and decisions. */
import { z } from "zod";
import { Id, ListQuery, Time } from "../core/shapes.ts";
import { ProfileSummary } from "../profiles/schemas.ts";

/** What can be reported. */
export const SubjectType = z.enum(["post", "message", "user", "room", "story"]);

/** Why something is reported. */
export const ReportReason = z.enum([
  "spam",
  "harassment",
  "hate",
  "violence",
  "sexual",
  "self_harm",
  "illegal",
  "other",
]);

/** Longest note or reason, in characters. */
const NOTE_LENGTH_MAX = 2_000;

/** Body of a report whose subject is in the path. */
export const ReportBody = z.object({
  reason: ReportReason,
  note: z.string().max(NOTE_LENGTH_MAX).optional(),
});
/** Body of a report whose subject is in the path. */
export type ReportBody = z.output<typeof ReportBody>;

/** Body of a report of anything. */
export const CreateReport = ReportBody.extend({
  subject: z.strictObject({ type: SubjectType, id: Id }),
});
/** Body of a report of anything. */
export type CreateReport = z.output<typeof CreateReport>;

/** Where a case is. */
export const CaseStatus = z.enum(["open", "decided", "appealed", "closed"]);

/** Answer to a report. */
export const ReportReceipt = z.object({ case_id: Id, status: CaseStatus })
  .meta({ id: "ReportReceipt" });

/** Path of a report of a message. */
export const MessageParams = z.object({ mid: Id });

/** Query of the queue. */
export const QueueQuery = ListQuery.extend({ status: CaseStatus.default("open") });
/** Query of the queue. */
export type QueueQuery = z.output<typeof QueueQuery>;

/** What a moderator may do about a case. */
export const DecisionAction = z.enum([
  "dismiss",
  "warn",
  "remove",
  "mute",
  "suspend",
  "ban",
  "restore",
]);

/** Body of a decision. */
export const CreateDecision = z.object({
  action: DecisionAction,
  reason: z.string().trim().min(1).max(NOTE_LENGTH_MAX),
  until: Time.optional(),
});
/** Body of a decision. */
export type CreateDecision = z.output<typeof CreateDecision>;

/** A decision that was made. */
export const Decision = z.object({
  id: Id,
  action: DecisionAction,
  reason: z.string(),
  until: Time.nullable(),
  moderator: ProfileSummary.nullable(),
  created_at: Time,
}).meta({ id: "ModerationDecision" });

/** A case as the queue shows it. */
export const ModerationCase = z.object({
  id: Id,
  subject: z.object({
    type: SubjectType,
    id: Id,
    text: z.string().nullable(),
    status: z.string().nullable(),
    author: ProfileSummary.nullable(),
  }),
  status: CaseStatus,
  priority: z.number().int(),
  reasons: z.array(z.string()),
  reporters_count: z.number().int(),
  assigned_to: ProfileSummary.nullable(),
  decisions: z.array(Decision),
  appeal: z.null(),
  created_at: Time,
  sla_at: Time,
}).meta({ id: "ModerationCase" });
/** A case as the queue shows it. */
export type ModerationCase = z.output<typeof ModerationCase>;

/** A case with what reporters said; who they are is not shown. */
export const CaseDetail = ModerationCase.extend({
  reports: z.array(z.object({
    reason: ReportReason,
    note: z.string().nullable(),
    created_at: Time,
  })),
}).meta({ id: "ModerationCaseDetail" });
/** A case with what reporters said. */
export type CaseDetail = z.output<typeof CaseDetail>;
