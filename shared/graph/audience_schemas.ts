/** @module Shapes of lists of people that a post can be kept to. */
import { z } from "zod";
import { Id, Time } from "../core/shapes.ts";
import { UserParams } from "../profiles/schemas.ts";

/** Longest name of a list; the table has the same bound. */
export const AUDIENCE_NAME_MAX = 80;

/** A list of people, as its owner sees it. */
export const Audience = z.object({
  id: Id,
  name: z.string(),
  members_count: z.number().int(),
  created_at: Time,
}).meta({ id: "Audience" });
/** A list of people, as its owner sees it. */
export type Audience = z.output<typeof Audience>;

/** What is said of a list when it is made or renamed. */
export const AudienceInput = z.object({ name: z.string().trim().min(1).max(AUDIENCE_NAME_MAX) });
/** What is said of a list when it is made or renamed. */
export type AudienceInput = z.output<typeof AudienceInput>;

/** Path of a person on a list. */
export const AudienceMemberParams = z.object({ id: Id, user_id: UserParams.shape.id });
