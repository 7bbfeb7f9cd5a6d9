/** @module Greets newcomers, after the join has been committed. */
import type { Consumer } from "../outbox/mod.ts";
import { prepareText } from "../text/mod.ts";
import { selectWelcome, welcomePerson } from "./sql.ts";

/** One message in the first room that somebody joins; the database knows who was greeted. */
export const welcomeConsumer: Consumer = {
  name: "welcome",
  topics: ["room.first_joined"],
  async handle(_deps, { actor_id: person }, sql) {
    if (person === null) return;
    const [words] = await selectWelcome(sql, person);
    if (words === undefined) return;
    await prepareText(sql, words.body);
    await welcomePerson(sql, person);
  },
};
