/** @module Second factors, as far as the JSON of a person shows them. */
import type { Db } from "./context.ts";

/** A second factor without its secret. */
export interface Factor {
  readonly id: string;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly status: "unverified" | "verified";
  readonly friendly_name: string | null;
  readonly factor_type: string;
}

/** All factors of a person, oldest first. */
export async function listFactors(db: Db, userId: string): Promise<Factor[]> {
  return await db<Factor[]>`
    select id, created_at, updated_at, status, friendly_name, factor_type
    from auth.mfa_factors where user_id = ${userId} order by created_at, id
  `;
}
