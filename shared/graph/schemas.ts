/** @module Shapes of following, blocking and muting. */
import { z } from "zod";
import { ProfileCard, UserParams } from "../profiles/schemas.ts";

/** Lists of people, by the names that the database knows them by. */
export const ListKind = z.enum([
  "followers",
  "following",
  "friends",
  "requests",
  "blocks",
  "mutes",
]);
/** Lists of people, by the names that the database knows them by. */
export type ListKind = z.output<typeof ListKind>;

/** People; null when the list is hidden from the person asking. */
export const PeoplePage = z.object({
  items: z.array(ProfileCard).nullable(),
  next_cursor: z.string().nullable(),
});

/** Path of a request to follow: the person who asks. */
export const RequesterParams = z.object({ user_id: UserParams.shape.id });
