/** @module Shapes of suggestions whom to follow. */
import { z } from "zod";
import { Id } from "../core/shapes.ts";
import { ProfileSummary } from "../profiles/schemas.ts";

/** A person whom one might follow. Its id is what a dismissal names. */
export const Suggestion = z.object({
  id: Id,
  user: ProfileSummary,
  reason: z.object({ code: z.enum(["mutuals", "popular"]), detail: z.string() }),
  score: z.number(),
}).meta({ id: "Suggestion" });
/** A person whom one might follow. */
export type Suggestion = z.output<typeof Suggestion>;
