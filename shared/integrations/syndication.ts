/** @module RSS out: the public posts of a person or with a hashtag, as feed readers take them. */
import { createHash } from "node:crypto";
import { Feed } from "feed";
import type { AppDeps } from "../platform/deps.ts";
import { ANONYMOUS } from "../platform/postgres.ts";
import { listPosts, listPostsOf, type Post } from "../posts/mod.ts";
import { readProfile } from "../profiles/mod.ts";
import { plainOf } from "./rules.ts";

/** What feeds need. */
export type SyndicationDeps = Pick<AppDeps, "config" | "db" | "cursors" | "newId">;

/** Posts of a feed; readers keep those that they have seen. */
const POSTS = 20;
const TITLE_LENGTH_MAX = 100;
/** Seconds for which whoever has fetched a feed need not ask again. */
const FRESH_SECONDS = 300;
const ETAG_LENGTH = 27;

interface Channel {
  readonly title: string;
  /** Path of the page that shows the same. */
  readonly page: string;
  readonly path: string;
}

function titleOf(post: Post): string {
  const text = plainOf(post.content_warning ?? post.body ?? "").replace(/\s+/g, " ").trim();
  const head = [...`@${post.author.handle}: ${text}`];
  return head.length <= TITLE_LENGTH_MAX
    ? head.join("")
    : `${head.slice(0, TITLE_LENGTH_MAX - 1).join("")}…`;
}

/** Makes the feed; it says nothing of when it was made, so that it changes with its posts alone. */
function render(deps: SyndicationDeps, channel: Channel, posts: readonly Post[]): string {
  const { env, publicUrl } = deps.config;
  const site = (env.SITE_URL ?? publicUrl).replace(/\/+$/, "");
  const api = `${publicUrl.replace(/\/+$/, "")}/functions/v1/api`;
  const feed = new Feed({
    title: plainOf(channel.title),
    id: `${api}${channel.path}`,
    link: `${site}${channel.page}`,
    description: plainOf(channel.title),
    copyright: "",
    generator: "Townsquare",
    updated: new Date(posts[0]?.created_at ?? 0),
    feedLinks: { rss: `${api}${channel.path}` },
  });
  for (const post of posts) {
    feed.addItem({
      title: titleOf(post),
      id: `urn:uuid:${post.id}`,
      guid: `urn:uuid:${post.id}`,
      link: `${site}/posts/${post.id}`,
      date: new Date(post.created_at),
      content: plainOf(post.content_warning === null ? post.body_html ?? "" : ""),
    });
  }
  return feed.rss2();
}

function answer(xml: string, known: string | undefined): Response {
  const etag = `"${createHash("sha256").update(xml).digest("base64url").slice(0, ETAG_LENGTH)}"`;
  const headers = {
    etag,
    "content-type": "application/rss+xml; charset=utf-8",
    "cache-control": `public, max-age=${FRESH_SECONDS}`,
  };
  const has = known?.split(",").some((tag) => ["*", etag].includes(tag.trim().replace(/^W\//, "")));
  return has ? new Response(null, { status: 304, headers }) : new Response(xml, { headers });
}

/** Public posts of a person, whoever asks. */
export async function feedOfPerson(
  deps: SyndicationDeps,
  id: string,
  known: string | undefined,
): Promise<Response> {
  const profile = await readProfile(deps, ANONYMOUS, id);
  const { items } = await listPostsOf(deps, ANONYMOUS, profile.id, { limit: POSTS });
  const channel = {
    title: `${profile.display_name} (@${profile.handle})`,
    page: `/@${profile.handle}`,
    path: `/users/${profile.id}/feed.xml`,
  };
  return answer(render(deps, channel, items), known);
}

/** Public posts with a hashtag, whoever asks. */
export async function feedOfHashtag(
  deps: SyndicationDeps,
  tag: string,
  known: string | undefined,
): Promise<Response> {
  const { items } = await listPosts(deps, ANONYMOUS, { limit: POSTS, hashtag: tag });
  const name = encodeURIComponent(tag);
  const channel = {
    title: `#${tag}`,
    page: `/hashtags/${name}`,
    path: `/hashtags/${name}/feed.xml`,
  };
  return answer(render(deps, channel, items), known);
}
