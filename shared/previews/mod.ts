/**
 * @module Link previews: title, description and image of the first link of a text, fetched by a
 * job. Owns private.link_previews.
 */
export { linksConsumer, previewsConsumer } from "./jobs.ts";
