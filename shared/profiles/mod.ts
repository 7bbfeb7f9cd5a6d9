/** @module People and their profiles, for the domains above. */
export { Handle, Profile, ProfileCard, ProfileSummary, Relation, UserParams } from "./schemas.ts";
