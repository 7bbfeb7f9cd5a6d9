/** @module Which decisions can be carried out. */
import type { CreateDecision } from "./schemas.ts";

/** A decision that changes words or nothing, not an account. */
export type SupportedAction = "dismiss" | "warn" | "remove" | "restore";

/** Narrows an action to those that can be carried out; the others need states of accounts. */
export function isSupportedAction(action: CreateDecision["action"]): action is SupportedAction {
  return action !== "mute" && action !== "suspend" && action !== "ban";
}
