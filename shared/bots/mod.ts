/** @module Bots: the one that greets newcomers. What they say is a message of kind `bot`. */
export { welcomeConsumer } from "./jobs.ts";
