/** @module Messages in a second from many connections, beside bare inserts of the same rows. */
import type { Sql } from "postgres";

/** Connections that send at once. */
export const SENDERS = 16;
const MESSAGES = 2_000;
const WARM_UP = 200;
const ROUNDS = 3;
const ROOMS = 1_000;
const ZIPF_EXPONENT = 1.1;
/** What the design asks for, of inserts without a position. */
const TARGETS = { zipf: 0.4, one: 0.15 } as const;
const BODY = "Hello there, how are you doing today?";

type Choose = (message: number) => number;

const KINDS = ["plain", "position", "product"] as const;
type Kind = typeof KINDS[number];

/** Makes the ways to send, on a town that is there. */
export async function prepareSends(sql: Sql): Promise<void> {
  await sql.unsafe(`
    create table bench.messages (like public.messages including all);
    create table bench.message_rooms (n int primary key, id uuid not null,
      last_seq bigint not null default 0) with (fillfactor = 50);
    create sequence bench.anywhere start 1000000000;
    insert into bench.message_rooms (n, id)
      select n, md5('room ' || n)::uuid from generate_series(1, ${ROOMS}) n;
    insert into public.room_members (room_id, profile_id)
      select md5('room ' || n)::uuid, md5('person ' || p)::uuid
      from generate_series(1, ${ROOMS}) n cross join generate_series(2, ${SENDERS} + 1) p
      on conflict do nothing;
    create function bench.send_plain(p_person int, p_room int, p_body text) returns void
    language plpgsql as $$ begin
      insert into bench.messages (room_id, seq, author_id, body)
      values (md5('room ' || p_room)::uuid, nextval('bench.anywhere'),
        md5('person ' || p_person)::uuid, p_body);
    end; $$;
    create function bench.send_position(p_person int, p_room int, p_body text) returns void
    language plpgsql as $$ declare v_seq bigint; begin
      update bench.message_rooms r set last_seq = last_seq + 1 where n = p_room
      returning last_seq into v_seq;
      insert into bench.messages (room_id, seq, author_id, body)
      values (md5('room ' || p_room)::uuid, v_seq, md5('person ' || p_person)::uuid, p_body);
    end; $$;
    create function bench.send_product(p_person int, p_room int, p_body text) returns void
    language plpgsql as $$ begin
      perform private.begin_request(jsonb_build_object('role', 'authenticated',
        'sub', md5('person ' || p_person)::uuid,
        'session_id', md5('session ' || p_person)::uuid));
      insert into public.messages (room_id, body) values (md5('room ' || p_room)::uuid, p_body);
    end; $$;
    grant usage on schema bench to authenticated;
    grant execute on all functions in schema bench to authenticated;`);
}

/** Few rooms take most messages: the same choice in every round. */
function makeZipf(): Choose {
  const weights = Array.from({ length: ROOMS }, (_, n) => 1 / (n + 1) ** ZIPF_EXPONENT);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return function choose(message) {
    // Van der Corput's sequence: spread evenly, without chance.
    let point = 0;
    for (let rest = message, part = 0.5; rest > 0; rest >>= 1, part /= 2) {
      point += (rest & 1) * part;
    }
    let left = point * total;
    const found = weights.findIndex((weight) => (left -= weight) <= 0);
    return found < 0 ? ROOMS : found + 1;
  };
}

async function messagesPerSecond(pool: Sql, kind: Kind, choose: Choose): Promise<number> {
  async function sendMany(count: number): Promise<void> {
    let next = 0;
    await Promise.all(Array.from({ length: SENDERS }, async (_, sender) => {
      while (next < count) {
        const message = ++next;
        await pool.unsafe(
          `select bench.send_${kind}($1::int, $2::int, $3)`,
          [sender + 2, choose(message), BODY],
          { prepare: true },
        );
      }
    }));
  }
  await sendMany(WARM_UP);
  const startedAt = performance.now();
  await sendMany(MESSAGES);
  return MESSAGES / ((performance.now() - startedAt) / 1_000);
}

/** Head of the table. */
export const SEND_HEAD =
  "| rooms | plain a second | with a position | as the product | position / plain " +
  "| product / plain |\n" +
  "| --- | --: | --: | --: | --: | --: |";

/** Lines about sending, and how many targets are missed by the bare position. */
export async function measureSends(pool: Sql): Promise<{ lines: string[]; missed: number }> {
  const lines: string[] = [];
  let missed = 0;
  for (const [rooms, choose] of [["zipf", makeZipf()], ["one", () => 1]] as const) {
    const rates = { plain: 0, position: 0, product: 0 };
    for (let round = 0; round < ROUNDS; round++) {
      for (const kind of KINDS) {
        rates[kind] = Math.max(rates[kind], await messagesPerSecond(pool, kind, choose));
      }
    }
    const [position, product] = [rates.position / rates.plain, rates.product / rates.plain];
    if (product < TARGETS[rooms]) missed += 1;
    const cells = [rooms, ...KINDS.map((kind) => rates[kind].toFixed(0)), position.toFixed(2)];
    lines.push(`| ${[...cells, `${product.toFixed(2)} (target ${TARGETS[rooms]})`].join(" | ")} |`);
  }
  return { lines, missed };
}
