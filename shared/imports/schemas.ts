/** @module Shapes of lines in chat archives. Fields that are not used are not looked at. */
import { z } from "zod";

/** Archives that can be read. */
export const ARCHIVE_FORMATS = ["irc", "gitter"] as const;
/** Archives that can be read. */
export type ArchiveFormat = typeof ARCHIVE_FORMATS[number];

/** Most characters of a message. */
export const BODY_MAX = 5_000;
const NAME_MAX = 200;

const Name = z.string().trim().min(1).max(NAME_MAX);
const Text = z.string().max(BODY_MAX).refine((text) => !text.includes("\0"), "holds a NUL")
  .transform((text) => text.toWellFormed());

/** A line of IRC: of a person, or of the server (joins and such, without person and time). */
export const IrcLine = z.object({
  log: z.string().regex(/^\d{4}-\d{2}-\d{2}/, "must begin with a day").max(NAME_MAX),
  i: z.number().int().nonnegative(),
  text: Text,
  time: z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, "must be HH:MM").optional(),
  user: Name.optional(),
  action: z.literal(1).optional(),
  system: z.literal(1).optional(),
});

/** A message of Gitter. */
export const GitterLine = z.object({
  id: z.number().int().nonnegative(),
  room: z.number().int().nonnegative(),
  user: z.number().int().nonnegative(),
  at: z.iso.datetime(),
  text: Text,
});
