/**
 * @module Posts: owns posts, comments, hashtags, mentions and reactions. Who sees a post is decided
 * by the policies of its table; nothing here widens that.
 */
export { closePollsTask, publishTask } from "./jobs.ts";
export { postRoutes } from "./routes.ts";
export { Post } from "./schemas.ts";
export { listPosts, listPostsOf, writePost } from "./service.ts";
export { selectPostsById } from "./sql.ts";
