/** @module Shapes of announcements and spotlights. */
import { z } from "zod";
import { Id, Time } from "../core/shapes.ts";
import { Post } from "../posts/schemas.ts";

/** Longest texts, in characters; the table has the same bounds. */
const LIMITS = { title: 120, body: 5_000 } as const;

/** Words for everybody. */
export const Announcement = z.object({
  id: Id,
  title: z.string(),
  body: z.string(),
  body_html: z.string(),
  created_at: Time,
  expires_at: Time.nullable(),
}).meta({ id: "Announcement" });
/** Words for everybody. */
export type Announcement = z.output<typeof Announcement>;

/** A new announcement. Without an end it stays until it is withdrawn. */
export const NewAnnouncement = z.object({
  title: z.string().trim().min(1).max(LIMITS.title),
  body: z.string().max(LIMITS.body).default(""),
  expires_at: Time.optional(),
});
/** A new announcement. */
export type NewAnnouncement = z.output<typeof NewAnnouncement>;

/** Until when a post is put forward. */
export const NewSpotlight = z.object({ until: Time });

/** A post that is put forward. */
export const Spotlight = z.object({ post: Post, until: Time }).meta({ id: "Spotlight" });
/** A post that is put forward. */
export type Spotlight = z.output<typeof Spotlight>;
