/** @module Fetches the card of a text's first link, once a day for each address. */
import { z } from "zod";
import type { Consumer } from "../outbox/mod.ts";
import { type Outside, OutsideError } from "../platform/outside.ts";
import { decodePage, type LinkPreview, readPreview } from "./rules.ts";
import { attachPreview, keepPreview, requestPreview, selectWork } from "./sql.ts";

const BYTES_MAX = 512 * 1_024;
const TIMEOUT_MS = 5_000;
const REDIRECTS_MAX = 3;
const TYPES = ["text/html", "application/xhtml+xml"];

/** Reads the card of a page; undefined when there is none, whatever the reason. */
export async function fetchPreview(
  outside: Outside,
  url: string,
): Promise<LinkPreview | undefined> {
  try {
    const answer = await outside.send({
      url,
      headers: { accept: TYPES.join(", "), "user-agent": "Townsquare link preview" },
      redirectsMax: REDIRECTS_MAX,
      bytesMax: BYTES_MAX,
      isCut: true,
      types: TYPES,
      timeoutMs: TIMEOUT_MS,
    });
    if (answer.status !== 200) return undefined;
    const html = decodePage(answer.body, answer.headers.get("content-type") ?? "");
    return readPreview(html, url, answer.url);
  } catch (error) {
    if (error instanceof OutsideError) return undefined;
    throw error;
  }
}

const DuePayload = z.object({ type: z.enum(["post", "message"]) });

/** Shows the cards that are known, and has the others fetched: most texts have no link. */
export const linksConsumer: Consumer = {
  name: "links",
  isShared: true,
  topics: ["content.created", "content.updated", "message.created", "message.updated"],
  async handle(_deps, { topic, subject_id: id }, sql) {
    const type = topic.startsWith("message.") ? "message" : "post";
    const work = await selectWork(sql, type, id);
    if (work === undefined) return;
    if (work.is_known) await attachPreview(sql, type, id, work.url);
    else await requestPreview(sql, type, id);
  },
};

/** Fetches the card of a text's link. */
export const previewsConsumer: Consumer = {
  name: "previews",
  topics: ["preview.due"],
  async handle({ outside }, { subject_id: id, payload }, sql) {
    const { type } = DuePayload.parse(payload);
    const work = await selectWork(sql, type, id);
    if (work === undefined) return;
    if (!work.is_known) await keepPreview(sql, work.url, await fetchPreview(outside, work.url));
    await attachPreview(sql, type, id, work.url);
  },
};
