/** @module People and stories for tests. */
import assert from "node:assert/strict";
import type { TestApp, TestPerson } from "../support/app.ts";

/** People whose names begin so; those after the first follow the first. */
export async function cast<Name extends string>(
  app: TestApp,
  prefix: string,
  names: readonly Name[],
): Promise<Record<Name, TestPerson>> {
  const people = await Promise.all(names.map((name) => app.signUp(`${prefix}_${name}`)));
  return Object.fromEntries(names.map((name, at) => [name, people[at]])) as Record<
    Name,
    TestPerson
  >;
}

/** Makes people follow somebody. */
export async function follow(app: TestApp, whom: TestPerson, ...followers: TestPerson[]) {
  for (const follower of followers) {
    const answer = await app.as(follower).post(`/users/${whom.id}/follow`);
    assert.ok(answer.status < 300, answer.text);
  }
}

/** Shows a story. */
export async function show(app: TestApp, author: TestPerson, story: object): Promise<string> {
  const made = await app.as(author).post("/stories", story);
  assert.equal(made.status, 201, made.text);
  return made.body.id;
}

/** Lets time pass until a story has just expired. */
export async function expire(app: TestApp, id: string, ago = "0 s") {
  await app.db.sql`
    update public.stories
    set created_at = clock_timestamp() - interval '24 hours' - ${ago}::interval,
      expires_at = clock_timestamp() - ${ago}::interval where id = ${id}`;
}

/** Stands at the stories that a person's list holds. */
export async function listed(app: TestApp, person: TestPerson, query = ""): Promise<string[]> {
  const answer = await app.as(person).get(`/stories${query}`);
  assert.equal(answer.status, 200, answer.text);
  return answer.body.items.map((story: { id: string }) => story.id);
}
