/** @module Shapes of leaving: deletion, export and import of one's own archive. */
import { z } from "zod";
import { Time } from "../core/shapes.ts";

/** How somebody wants to go. */
export const DeleteAccount = z.object({
  /** At once, instead of after the grace period in which signing in again cancels it. */
  immediate: z.boolean().optional(),
});
/** How somebody wants to go. */
export type DeleteAccount = z.output<typeof DeleteAccount>;

/** What becomes of an account that its owner deletes. */
export const Deletion = z.object({
  status: z.enum(["scheduled", "erasing", "erased"]),
  deletion_due_at: Time,
}).meta({ id: "Deletion" });
/** What becomes of an account that its owner deletes. */
export type Deletion = z.output<typeof Deletion>;
