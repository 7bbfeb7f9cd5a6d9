/** @module POST /logout */
import { audit } from "./audit.ts";
import { requireCaller } from "./authenticate.ts";
import { type AuthApp, type Call, inTransaction } from "./context.ts";
import { invalid } from "./errors.ts";

/** POST /logout?scope=global|local|others */
export async function logout(app: AuthApp, call: Call): Promise<Response> {
  const { user, session } = await requireCaller(app, call);
  const scope = call.url.searchParams.get("scope") || "global";
  if (scope !== "global" && scope !== "local" && scope !== "others") {
    throw invalid(`Unsupported logout scope "${scope}"`);
  }
  await inTransaction(app, async (tx) => {
    await audit(tx, user, "logout");
    if (session === undefined || scope === "global") {
      await tx`delete from auth.sessions where user_id = ${user.id}`;
    } else if (scope === "local") {
      await tx`delete from auth.sessions where id = ${session.id}`;
    } else {
      await tx`delete from auth.sessions where user_id = ${user.id} and id <> ${session.id}`;
    }
  });
  return new Response(null, { status: 204 });
}
