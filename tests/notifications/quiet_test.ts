/** @module Quiet hours on the clocks of the world: over midnight, and when clocks change. */
import assert from "node:assert/strict";
import { openApp } from "../support/app.ts";

const NIGHT = { from: "22:00", to: "07:00" };
const NOON = { from: "12:00", to: "13:30" };

/** Hours, zone, a moment, and when it is loud again; nothing when it is not quiet then. */
const CASES: readonly (readonly [{ from: string; to: string }, string, string, string | null])[] = [
  [NIGHT, "UTC", "2026-06-01T22:00:00Z", "2026-06-02T07:00:00Z"],
  [NIGHT, "UTC", "2026-06-01T21:59:59Z", null],
  [NIGHT, "UTC", "2026-06-02T06:59:59Z", "2026-06-02T07:00:00Z"],
  [NIGHT, "UTC", "2026-06-02T07:00:00Z", null],
  [NOON, "UTC", "2026-06-02T12:00:00Z", "2026-06-02T13:30:00Z"],
  [NOON, "UTC", "2026-06-02T13:30:00Z", null],
  [NOON, "UTC", "2026-06-02T00:30:00Z", null],
  // Clocks go forward in this night, and back in that one.
  [NIGHT, "Europe/Berlin", "2026-03-28T23:30:00Z", "2026-03-29T05:00:00Z"],
  [NIGHT, "Europe/Berlin", "2026-10-24T22:30:00Z", "2026-10-25T06:00:00Z"],
  [NIGHT, "America/New_York", "2026-03-08T04:00:00Z", "2026-03-08T11:00:00Z"],
  [NIGHT, "America/New_York", "2026-11-01T04:00:00Z", "2026-11-01T12:00:00Z"],
  // Half and quarter hours, half an hour of summer time, and the other side of the date line.
  [NIGHT, "Asia/Kathmandu", "2026-06-01T16:15:00Z", "2026-06-02T01:15:00Z"],
  [NIGHT, "Australia/Lord_Howe", "2026-04-04T12:00:00Z", "2026-04-04T20:30:00Z"],
  [NIGHT, "Pacific/Kiritimati", "2026-06-01T08:00:00Z", "2026-06-01T17:00:00Z"],
  [NIGHT, "America/St_Johns", "2026-06-02T00:29:00Z", null],
];

Deno.test("[XE-01] [NO-19] quiet hours: over midnight, in every zone, and when clocks change", async () => {
  await using app = await openApp();
  const ada = await app.signUp("ada");
  for (const [hours, time_zone, at, until] of CASES) {
    const { status } = await app.as(ada).patch("/notifications/preferences", {
      quiet_hours: { ...hours, time_zone },
    });
    assert.equal(status, 200, time_zone);
    const [row] = await app.db.sql<{ until: Date | null }[]>`
      select private.quiet_until(${ada.id}, ${at}::timestamptz) as until`;
    const found = row?.until?.toISOString().replace(".000", "") ?? null;
    assert.equal(found, until, `${hours.from} to ${hours.to} in ${time_zone} at ${at}`);
  }
});

Deno.test("[XE-01] quiet hours: whatever the hour, they end, within a day, and not before they are over", async () => {
  await using app = await openApp();
  const ada = await app.signUp("ada");
  for (const time_zone of ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]) {
    for (
      const [from, to] of [["22:00", "02:30"], ["01:30", "02:15"], ["02:10", "02:50"]] as const
    ) {
      await app.as(ada).patch("/notifications/preferences", {
        quiet_hours: { from, to, time_zone },
      });
      const wrong = await app.db.sql`
        select t.at, q.until from (
          select generate_series(timestamptz '2026-03-07', '2026-04-06', '10 minutes') as at
          union all
          select generate_series(timestamptz '2026-10-03', '2026-11-02', '10 minutes')) t
        cross join lateral (select private.quiet_until(${ada.id}, t.at) as until) q
        where q.until <= t.at or q.until > t.at + interval '25 hours'
          or private.quiet_until(${ada.id}, q.until) is not null`;
      assert.deepEqual([...wrong], [], `${from} to ${to} in ${time_zone}`);
    }
  }
});
