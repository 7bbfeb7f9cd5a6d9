/** @module What tests of feeds share. */
import assert from "node:assert/strict";
import type { TestApp, TestPerson } from "../support/app.ts";

/** A place of a feed. */
export interface Item {
  readonly impression_id: string;
  readonly post: {
    readonly id: string;
    readonly body: string;
    readonly author: { handle: string };
  };
  readonly score: number;
  readonly reason: { readonly code: string; readonly detail: string };
}

const PAGES_MAX = 20;

/** Writes a post past the API. */
export async function write(
  app: TestApp,
  person: TestPerson,
  body: string,
  visibility = "public",
): Promise<string> {
  const [row] = await app.db.sql<{ id: string }[]>`
    insert into posts (author_id, body, visibility) values (${person.id}, ${body}, ${visibility})
    returning id`;
  return row?.id ?? "";
}

/** Makes somebody follow others. */
export async function follow(app: TestApp, person: TestPerson, ...others: TestPerson[]) {
  const { sql } = app.db;
  await sql`insert into follows ${
    sql(others.map((other) => ({ follower_id: person.id, followee_id: other.id })))
  }`;
}

/** Reads a list to its end, in small pages. */
export async function readAll(app: TestApp, person: TestPerson, path: string): Promise<Item[]> {
  const items: Item[] = [];
  let cursor = "";
  for (let page = 0; page < PAGES_MAX; page++) {
    const answer = await app.as(person).get(`${path}?limit=3${cursor}`);
    assert.equal(answer.status, 200, answer.text);
    items.push(...answer.body.items);
    if (answer.body.next_cursor === null) return items;
    cursor = `&cursor=${answer.body.next_cursor}`;
  }
  throw new Error("the list has no end");
}

/** Texts of a list, in its order. */
export async function bodiesOf(app: TestApp, person: TestPerson, path: string): Promise<string[]> {
  return (await readAll(app, person, path)).map(({ post }) => post.body);
}
