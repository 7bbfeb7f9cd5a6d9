/** @module Jobs of posts: scheduled ones are published, closed polls are told of. */
import { AppError } from "../core/errors.ts";
import { fromPostgres } from "../core/postgres_errors.ts";
import type { ScheduledTask } from "../outbox/mod.ts";
import type { AppDeps } from "../platform/deps.ts";
import type { Sql } from "../platform/postgres.ts";
import { prepareText } from "../text/mod.ts";
import {
  beginPublication,
  closePolls,
  giveUpPublication,
  publishPost,
  selectState,
} from "./sql.ts";

/** Posts that one run publishes; what is left waits for the next minute. */
const PUBLISHED_AT_ONCE = 500;
/** Polls that one run closes. */
const CLOSED_AT_ONCE = 1_000;

/** What became of the next post that was due. */
type Outcome = "none" | "published" | "refused";

async function publishOne(sql: Sql, seen: { id?: string }): Promise<Outcome> {
  const id = await beginPublication(sql);
  if (id === undefined) return "none";
  seen.id = id;
  const [state] = await selectState(sql, id);
  if (state === undefined) return "refused";
  await prepareText(sql, state.body, [state.content_warning ?? "", ...state.poll_options]);
  const [published] = await publishPost(sql, id);
  return published === undefined ? "refused" : "published";
}

async function publishNext(deps: AppDeps): Promise<Outcome> {
  const seen: { id?: string } = {};
  let outcome: Outcome;
  try {
    // A transaction for each, so that one that is refused takes no other along.
    outcome = await deps.db.asService(
      "authors of due posts are not here",
      (sql) => publishOne(sql, seen),
    );
  } catch (cause) {
    const error = fromPostgres(cause);
    if (seen.id === undefined || !(error instanceof AppError) || error.status >= 500) throw cause;
    deps.log.info("scheduled post refused", { post: seen.id, problem: error.problem });
    outcome = "refused";
  }
  const { id } = seen;
  if (outcome === "refused" && id !== undefined) {
    await deps.db.asService(
      "authors of due posts are not here",
      (sql) => giveUpPublication(sql, id),
    );
  }
  return outcome;
}

/** Publishes posts whose time has come. Several workers at once share the work. */
export const publishTask: ScheduledTask = {
  name: "publish_posts",
  cron: "* * * * *",
  isUrgent: true,
  async run(deps) {
    for (let count = 0; count < PUBLISHED_AT_ONCE; count++) {
      if (await publishNext(deps) === "none") return;
    }
  },
};

/** Tells of polls that have closed; that they take no more votes needs no job. */
export const closePollsTask: ScheduledTask = {
  name: "close_polls",
  cron: "* * * * *",
  isUrgent: true,
  run: (deps) =>
    deps.db.asService("polls of everybody close", async (sql) => {
      await closePolls(sql, CLOSED_AT_ONCE);
    }),
};
