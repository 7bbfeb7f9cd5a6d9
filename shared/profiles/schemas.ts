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

/** Name by which people are addressed. Letters may be typed in any case; they are kept small. */
export const Handle = z.string().trim().toLowerCase().regex(
  /^[a-z0-9_]{3,30}$/,
  "3 to 30 of a-z, 0-9 and _",
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

/** A web address on a profile. */
const Link = z.url({ protocol: /^https?$/ }).max(PROFILE_LIMITS.link);

/** What a person may change about themselves. */
export const PatchProfile = z.object({
  handle: Handle,
  display_name: z.string().trim().min(1).max(PROFILE_LIMITS.displayName),
  bio: z.string().max(PROFILE_LIMITS.bio),
  links: z.array(Link).max(PROFILE_LIMITS.links),
  location: z.string().max(PROFILE_LIMITS.location),
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
