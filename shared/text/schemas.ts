/** @module Shapes of texts. */
import { z } from "zod";

/** Most characters of a text that people write. */
export const BODY_LENGTH_MAX = 5_000;

/** A link, hashtag or mention; `start` and `end` count code points from 0. */
export const Entity = z.object({
  type: z.enum(["link", "hashtag", "mention"]),
  start: z.int(),
  end: z.int(),
  value: z.string(),
}).meta({ id: "Entity" });

/** Body of POST /markdown/preview. */
export const PreviewBody = z.object({ body: z.string().max(BODY_LENGTH_MAX) });

/** The text as readers will see it. */
export const Preview = z.object({ body_html: z.string() }).meta({ id: "MarkdownPreview" });
