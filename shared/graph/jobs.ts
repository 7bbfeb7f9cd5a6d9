/** @module What the graph does after the fact. */
import type { Consumer } from "../outbox/mod.ts";
import { acceptOpenRequests } from "./sql.ts";

/** Requests that one job grants; the database asks for another job while there are more. */
const REQUESTS_AT_ONCE = 500;

/** Grants what waits for an account that has become public, when it was too much for one write. */
export const graphConsumer: Consumer = {
  name: "graph",
  topics: ["user.opened"],
  async handle(_deps, { subject_id: person }, sql) {
    await acceptOpenRequests(sql, person, REQUESTS_AT_ONCE);
  },
};
