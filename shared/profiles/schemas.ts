/** @module Shapes of people as everybody else sees them. */
import { z } from "zod";
import { Id, ListQuery, Time } from "../core/shapes.ts";

/** Longest texts of a profile; the table has the same bounds. */
export const PROFILE_LIMITS = {
  displayName: 80,
  bio: 500,
  location: 100,
  links: 10,
  link: 255,
  query: 80,
} as const;

/**
 * Name by which people are addressed. Small and capital letters are the same; nothing else is
 * folded, so that no other alphabet's look-alike slips in.
 */
export const Handle = z.string()
  .regex(/^\p{ASCII}*$/u, "Letters a to z only; look-alikes of other alphabets are not taken")
  .regex(/^[A-Za-z0-9_]{3,30}$/, "3 to 30 of a-z, 0-9 and _")
  .toLowerCase();

// The database has the same rules (private.is_plain, private.is_visible) for every other way in.
const DECEPTIVE = new RegExp(
  "[\\u0001-\\u001F\\u007F-\\u009F\\u00AD\\u034F\\u061C\\u180E\\u200B\\u200E\\u200F" +
    "\\u2028-\\u202E\\u2060-\\u206F\\uFEFF\\uFFF0-\\uFFFB]" +
    "|(?<![\\u{1F3F4}\\u{E0020}-\\u{E007F}])[\\u{E0000}-\\u{E0FFF}]|[\\u{E0080}-\\u{E0FFF}]",
  "u",
);
const PILED_MARKS = /[\u0300-\u036F\u1AB0-\u1AFF\u1DC0-\u1DFF\u20D0-\u20FF\uFE20-\uFE2F]{5}/;
const VISIBLE = new RegExp(
  "[^\\s\\u00A0\\u0300-\\u036F\\u115F\\u1160\\u1680\\u17B4\\u17B5\\u180B-\\u180F\\u2000-\\u200F" +
    "\\u202F\\u205F\\u2800\\u3000\\u3164\\uFE00-\\uFE0F\\uFFA0\\u{E0000}-\\u{E0FFF}]",
  "u",
);

/** Whether there is something to see in a text. */
export function isVisible(text: string): boolean {
  return VISIBLE.test(text);
}

function isPlain(text: string): boolean {
  return !DECEPTIVE.test(text) && !PILED_MARKS.test(text);
}
const NOT_PLAIN = "Contains control, invisible or direction-changing characters";

/** A text of so many code points at most: what people count, and what the database counts. */
function textOf(max: number) {
  return z.string().normalize("NFC").refine(
    (text) => text.length <= max || [...text].length <= max,
    `At most ${max} characters`,
  );
}

/** What a person calls themselves: one line with something to see in it. */
export const DisplayName = textOf(PROFILE_LIMITS.displayName).trim().min(1)
  .refine(isPlain, NOT_PLAIN)
  .refine(isVisible, "Has nothing to see in it");

/** A line about a person, perhaps empty. */
const Line = textOf(PROFILE_LIMITS.location).trim().refine(isPlain, NOT_PLAIN);

/** Words about a person, in lines. */
const Bio = z.string().overwrite((text) => text.replaceAll("\r\n", "\n"))
  .pipe(
    textOf(PROFILE_LIMITS.bio).refine(
      (text) => isPlain(text.replace(/[\n\t]/g, "")),
      NOT_PLAIN,
    ),
  );

/** Path of a person: id, handle, or `me`. */
export const UserParams = z.object({
  id: z.string().regex(/^(?:[0-9a-fA-F-]{36}|[A-Za-z0-9_]{2,30})$/),
});

/** A person in a line: author, member, mention. */
export const ProfileSummary = z.object({
  id: Id,
  handle: z.string(),
  display_name: z.string(),
  avatar_url: z.string().nullable(),
  is_bot: z.boolean(),
}).meta({ id: "ProfileSummary" });
/** A person in a line: author, member, mention. */
export type ProfileSummary = z.output<typeof ProfileSummary>;

/** How the person asking stands to somebody. */
export const Relation = z.object({
  following: z.enum(["no", "requested", "yes"]),
  followed_by: z.boolean(),
  blocking: z.boolean(),
  muting: z.boolean(),
}).meta({ id: "Relation" });
/** How the person asking stands to somebody. */
export type Relation = z.output<typeof Relation>;

/** A person in a list of people. */
export const ProfileCard = z.object({ ...ProfileSummary.shape, viewer: Relation })
  .meta({ id: "ProfileCard" });
/** A person in a list of people. */
export type ProfileCard = z.output<typeof ProfileCard>;

/** A person in full. Counts that the person hides are null. */
export const Profile = z.object({
  ...ProfileSummary.shape,
  bio: z.string(),
  links: z.array(z.string()),
  location: z.string(),
  is_private: z.boolean(),
  created_at: Time,
  counts: z.object({
    followers: z.number().int().nullable(),
    following: z.number().int().nullable(),
    posts: z.number().int(),
  }),
  viewer: Relation,
}).meta({ id: "Profile" });
/** A person in full. */
export type Profile = z.output<typeof Profile>;

/** A web address on a profile. No name before the host: it could pass for the host. */
const Link = z.url({ protocol: /^https?$/ }).max(PROFILE_LIMITS.link)
  .regex(/^https?:\/\/[^\s/?#@\\]+(?:[/?#]\S*)?$/i, "A web address, without a user's name in it")
  .refine(isPlain, NOT_PLAIN);

const Links = z.array(Link).max(PROFILE_LIMITS.links)
  .refine((links) => new Set(links).size === links.length, "Each address once");

/** What a person may change about themselves. */
export const PatchProfile = z.object({
  handle: Handle,
  display_name: DisplayName,
  bio: Bio,
  links: Links,
  location: Line,
  is_private: z.boolean(),
  avatar_media_id: Id.nullable(),
}).partial();
/** What a person may change about themselves. */
export type PatchProfile = z.output<typeof PatchProfile>;

/** Query of the search for people. */
export const SearchUsersQuery = ListQuery.extend({
  q: z.string().trim().min(1).max(PROFILE_LIMITS.query),
});
/** Query of the search for people. */
export type SearchUsersQuery = z.output<typeof SearchUsersQuery>;
