/** @module Shapes of commands. */
import { z } from "zod";

/** What a command answers: for whoever gave it, and for nobody else. */
export const CommandReply = z.object({
  command: z.string(),
  reply: z.object({ body: z.string(), body_html: z.string() }),
}).meta({ id: "CommandReply" });
/** What a command answers. */
export type CommandReply = z.output<typeof CommandReply>;
