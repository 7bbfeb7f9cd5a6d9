/** @module People and their profiles, for the domains above. */
export { profileRoutes } from "./routes.ts";
export {
  Handle,
  isVisible,
  Profile,
  ProfileCard,
  ProfileSummary,
  Relation,
  UserParams,
} from "./schemas.ts";
export { handleTaken, readProfile } from "./service.ts";
