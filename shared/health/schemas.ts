/** @module Shapes of the health answers (draft-inadarei-api-health-check). */
import { z } from "zod";

/** How something is: `warn` works with a part missing, `fail` does not work. */
export const Status = z.enum(["pass", "warn", "fail"]);
/** How something is. */
export type Status = z.output<typeof Status>;

/** One dependency. */
export const Check = z.object({
  status: Status,
  duration_ms: z.number(),
  detail: z.string().optional(),
});
/** One dependency. */
export type Check = z.output<typeof Check>;

/** The whole product. */
export const Health = z.object({
  status: Status,
  version: z.string(),
  checks: z.record(z.string(), Check),
}).meta({ id: "Health" });
/** The whole product. */
export type Health = z.output<typeof Health>;

/** The process alone. */
export const Liveness = z.object({ status: z.literal("pass") }).meta({ id: "Liveness" });
