/** @module Tells everybody of an announcement, batch by batch, and takes it back likewise. */
import type { Consumer } from "../outbox/mod.ts";
import { tellAnnouncement, untellAnnouncement } from "./sql.ts";

/** People whom one batch tells. */
const TOLD_AT_ONCE = 1_000;
/** Notifications that one batch takes back. */
const UNTOLD_AT_ONCE = 2_000;

/**
 * One event is one batch and one transaction, which also remembers how far it came and has the next
 * batch called. A job that dies has told nobody; one that is delivered twice runs once.
 */
export const announcementsConsumer: Consumer = {
  name: "announcements",
  topics: ["announcement.created", "announcement.withdrawn"],
  async handle(_deps, { topic, subject_id: id }, sql) {
    if (topic === "announcement.created") await tellAnnouncement(sql, id, TOLD_AT_ONCE);
    else await untellAnnouncement(sql, id, UNTOLD_AT_ONCE);
  },
};
