/**
 * @module The proof for one seed: after everything that is done, whoever heard of it are those who
 * may read it. Bounds are those of docs/REALTIME.md, each named in `isWithinBound`.
 */
import { randomOf } from "../support/random.ts";
import { serveRealtime, type TestRealtime } from "../support/realtime.ts";
import { JWT } from "../support/app.ts";
import { ACTIONS } from "./actions.ts";
import { BARRIER, Ears, type Heard } from "./ears.ts";
import {
  type Answers,
  ask,
  FOR_THE_REVOKED,
  maySpeak,
  NOBODY,
  subjectsOf,
  topicOf,
} from "./oracle.ts";
import { findSecrets } from "./secrets.ts";
import { openWorld, pick, type World } from "./world.ts";

/** What came of one seed. */
export interface Outcome {
  /** What went wrong, in words; empty when nothing did. */
  readonly problems: readonly string[];
  /** Events that were heard, and by how many altogether. */
  readonly events: number;
  readonly deliveries: number;
}

/** How the proof is run. */
export interface ProofOptions {
  /** SQL that breaks the protection before anything happens. */
  readonly breakIt?: string;
  /** Actions after one of each kind. */
  readonly more?: number;
}

const MORE = 12;
const TALK = ["message", "reply", "comment", "like", "react", "rewrite", "edit", "callStart"];
/** What gives a deed its sense. */
const BEFORE: Readonly<Record<string, readonly string[]>> = {
  banOutsider: ["leave", "leave"],
  visibility: ["leave"],
  kick: ["callStart", "callJoin", "callJoin"],
  ban: ["callStart", "callJoin", "callJoin"],
};
const OUT: ReadonlySet<string> = new Set(["signOut", "suspend", "banAccount", "deactivate"]);
/** So many calls of anything that nothing is refused for being too much. */
const PLENTY = 100_000;
const LIMITS = {
  channelsPerClient: PLENTY,
  messagesPerSecond: PLENTY,
  joinsPerSecond: PLENTY,
  presencePerSecond: PLENTY,
  presenceCallsPerClient: PLENTY,
};
const PROBE = "probe";
/** Chances: that a token is renewed after a step, that a client speaks by its socket. */
const RENEWED = 0.25;
const BY_SOCKET = 0.6;
/** That somebody tries also what they may not join. */
const BOLD = 0.35;

/** Something that a client tried to say. */
interface Probe {
  readonly n: number;
  readonly topic: string;
  readonly speaker: Ears;
  readonly maySpeak: boolean;
  readonly listeners: ReadonlyMap<Ears, "must" | "may">;
}

class Proof {
  readonly #world: World;
  readonly #realtime: TestRealtime;
  readonly #ears: Ears[] = [];
  /** As of the last time that everybody joined. */
  readonly #answers = new Map<Ears, Answers>();
  /** People with a live session of an account that is not banned. */
  #told: ReadonlySet<string> = new Set();
  #barriers = 0;
  #probes = 0;
  events = 0;
  deliveries = 0;

  constructor(world: World, realtime: TestRealtime) {
    this.#world = world;
    this.#realtime = realtime;
  }

  /** Does one thing and says what was wrong about who heard of it, and of what was said before. */
  async step(name: string): Promise<string[]> {
    const action = ACTIONS[name];
    if (action === undefined) throw new Error(`no action ${name}`);
    const probes = await this.#speak();
    const before = new Map(this.#ears.map((ears) => [ears, new Set(ears.topics)]));
    const done = await action(this.#world);
    await this.#world.app.runJobs();
    await this.#settle();
    await this.#seeWhoIsTold();
    const heard = new Map(this.#ears.map((ears) => [ears, ears.take()]));
    const problems = [
      ...this.#judgeProbes(probes, heard),
      ...await this.#judge(before, heard),
      ...await this.joinAll(),
    ];
    if (this.#world.random() < RENEWED) await this.#renew();
    return problems.map((problem) => `${problem} (at ${name}: ${done})`);
  }

  /** Everybody tries what they may join, some try everything: those are let in who may be. */
  async joinAll(): Promise<string[]> {
    await this.#openEars();
    const topics = await this.#topics();
    const problems: string[] = [];
    const bold = new Set(this.#ears.filter(() => this.#world.random() < BOLD));
    await Promise.all(this.#ears.map(async (ears) => {
      const answers = await ask(this.#world, ears.person, topics, []);
      this.#answers.set(ears, answers);
      const mayJoin = (topic: string) => answers.joins.get(topic) === true;
      const before = new Set(ears.topics);
      await ears.joinAll(bold.has(ears) ? topics : topics.filter(mayJoin));
      for (const topic of topics) {
        if (mayJoin(topic)) ears.silenced.delete(topic);
        if (mayJoin(topic) && !ears.isOn(topic)) {
          problems.push(`${nameOf(ears)} cannot join ${topic}`);
        }
        if (mayJoin(topic) || !ears.isOn(topic) || before.has(topic)) continue;
        problems.push(`LEAK: ${nameOf(ears)} could join ${topic}`);
      }
    }));
    return problems;
  }

  async #openEars(): Promise<void> {
    if (this.#ears.length === 0) {
      const token = await this.#realtime.token();
      this.#ears.push(await Ears.open(this.#realtime, NOBODY, token));
    }
    for (const person of this.#world.people) {
      if (this.#ears.some((ears) => ears.person.sessionId === person.sessionId)) continue;
      this.#ears.push(await Ears.open(this.#realtime, person));
    }
  }

  /** All topics there are, in an order that is the same for one seed. */
  async #topics(): Promise<string[]> {
    const rows = await this.#world.app.db.sql<{ topic: string }[]>`
      select t.topic from (
        select private.room_topic(r.id, r.epoch) || s.suffix as topic, 1 as kind,
          r.created_at::text as at
        from public.rooms r, (values (''), (':live')) s (suffix)
        -- Not yet: whoever could wait there would still be there after they were put out.
        union all select private.room_topic(r.id, r.epoch + 1), 5, r.created_at::text
        from public.rooms r
        union all select private.call_topic(c.id, c.epoch), 2, c.started_at::text
        from public.calls c where c.ended_at is null
        union all select k.kind || p.id, 3, p.handle
        from public.profiles p, (values ('user:'), ('feed:')) k (kind)
        union all select 'post:' || p.id, 4, p.created_at::text from public.posts p) t
      order by t.kind, t.at, length(t.topic)`;
    return rows.map(({ topic }) => topic);
  }

  /** Waits until everything that was sent has arrived. */
  async #settle(): Promise<void> {
    this.#barriers += 1;
    const payload = this.#world.app.db.sql.json({ n: this.#barriers });
    await this.#world.app.db.sql`select realtime.send(${payload}, 'barrier', ${BARRIER}, false)`;
    await Promise.all(this.#ears.map((ears) => ears.reach(this.#barriers)));
  }

  async #seeWhoIsTold(): Promise<void> {
    const rows = await this.#world.app.db.sql<{ id: string }[]>`
      select distinct s.user_id as id from auth.sessions s
      where private.account_state(s.user_id) <> 'banned'`;
    this.#told = new Set(rows.map(({ id }) => id));
  }

  /**
   * Whether somebody who may not be on a topic may still be heard to be there for now: until their
   * token is due. Rooms that one was put out of have moved; nothing may come from there.
   */
  #isWithinBound(ears: Ears, name: string, { reads, near }: Answers): boolean {
    if (ears.silenced.has(name)) return false;
    const { kind, id } = topicOf(name);
    const { person } = ears;
    if (!reads) {
      // What goes to a person ends with their last session.
      return !["user", "feed"].includes(kind) || id === person.id && this.#told.has(id);
    }
    if (kind === "post") return true;
    // Left by oneself, or over; whoever is put out of the room is left behind on an old topic.
    if (kind === "call") return near.has(name);
    if (kind === "room" || kind === "live") return this.#world.left.has(`${person.id}:${id}`);
    return false;
  }

  async #judge(
    before: ReadonlyMap<Ears, ReadonlySet<string>>,
    all: ReadonlyMap<Ears, readonly Heard[]>,
  ): Promise<string[]> {
    const events = new Map<string, Heard>();
    const problems: string[] = [];
    for (const [ears, heard] of all) {
      const seen = new Set<string>();
      for (const one of heard.filter(({ event }) => event !== PROBE)) {
        this.deliveries += 1;
        const key = `${one.topic} ${String(one.payload["event_id"])}`;
        if (seen.has(key)) problems.push(`${nameOf(ears)} heard ${one.event} twice`);
        seen.add(key);
        events.set(key, one);
      }
    }
    this.events += events.size;
    for (const one of events.values()) problems.push(...await findSecrets(this.#world.app, one));
    const told = [...events.values()].filter(({ event }) => event !== FOR_THE_REVOKED);
    const subjects = told.map(subjectsOf);
    const topics = [...new Set(told.map(({ topic }) => topic))];
    if (told.length === 0) return problems;
    const current = new Set(await this.#topics());
    await Promise.all([...all].map(async ([ears, heard]) => {
      const answers = await ask(this.#world, ears.person, topics, subjects.flat());
      const got = new Set(heard.map(({ topic, payload }) => `${topic} ${payload["event_id"]}`));
      let at = 0;
      const were = this.#answers.get(ears)?.joins;
      for (const [n, one] of told.entries()) {
        const mine = answers.subjects.slice(at, at + (subjects[n]?.length ?? 0));
        at += subjects[n]?.length ?? 0;
        const key = `${one.topic} ${String(one.payload["event_id"])}`;
        const wasOn = before.get(ears)?.has(one.topic) === true;
        const mayRead = mine.every(Boolean);
        // Said before the room moved, while one was in it: as when an owner who leaves hands over.
        if (!current.has(one.topic) && were?.get(one.topic) === true) continue;
        problems.push(...this.#compare(ears, one, answers, { mayRead, wasOn, got: got.has(key) }));
      }
    }));
    return problems;
  }

  #compare(
    ears: Ears,
    { event, topic }: Heard,
    answers: Answers,
    { mayRead, wasOn, got }: { mayRead: boolean; wasOn: boolean; got: boolean },
  ): string[] {
    const isIn = answers.joins.get(topic) === true;
    if (got && !(isIn && mayRead)) {
      return !isIn && this.#isWithinBound(ears, topic, answers)
        ? []
        : [`LEAK: ${nameOf(ears)} heard ${event} on ${topic}`];
    }
    return !got && wasOn && isIn && mayRead && ears.isOn(topic)
      ? [`LOST: ${nameOf(ears)} did not hear ${event} on ${topic}`]
      : [];
  }

  /** Tries to speak where one may and where one may not. */
  async #speak(): Promise<Probe[]> {
    const topics = await this.#topics();
    const open = topics.filter((topic) => topic.endsWith(":live") || topic.startsWith("call:"));
    const probes: Probe[] = [];
    const calls = topics.filter((topic) => topic.startsWith("call:"));
    for (const some of [calls, open, topics]) {
      const [speaker, topic] = [pick(this.#world, this.#ears), pick(this.#world, some)];
      const isBySocket = this.#world.random() < BY_SOCKET;
      if (speaker === undefined || topic === undefined) continue;
      const probe = { n: ++this.#probes, topic, speaker };
      const listeners = this.#listeners(topic);
      const now = this.#answers.get(speaker)?.joins.get(topic) === true &&
        await maySpeak(this.#world.app, speaker.person, topic);
      if (isBySocket && speaker.isOn(topic)) {
        // The server asks once for a channel and a token.
        const answer = speaker.mayWrite.get(topic) ?? now;
        speaker.mayWrite.set(topic, answer);
        probes.push({ ...probe, maySpeak: answer, listeners });
        await speaker.say(topic, PROBE, { n: probe.n });
      } else {
        probes.push({ ...probe, maySpeak: now, listeners });
        await this.#post(speaker, topic, probe.n);
      }
    }
    return probes;
  }

  /** Who must hear what is said on a topic, and who may. */
  #listeners(topic: string): Probe["listeners"] {
    const listeners = new Map<Ears, "must" | "may">();
    for (const [ears, answers] of this.#answers) {
      const isIn = answers.joins.get(topic) === true;
      if (isIn && ears.isOn(topic)) listeners.set(ears, "must");
      else if (!isIn && this.#isWithinBound(ears, topic, answers)) listeners.set(ears, "may");
    }
    return listeners;
  }

  #judgeProbes(probes: readonly Probe[], all: ReadonlyMap<Ears, readonly Heard[]>): string[] {
    const problems: string[] = [];
    for (const [ears, heard] of all) {
      const said = new Set(
        heard.filter(({ event }) => event === PROBE)
          .map(({ topic, payload }) => `${payload["n"]} ${topic}`),
      );
      for (const { n, topic, speaker, maySpeak, listeners } of probes) {
        const got = said.has(`${n} ${topic}`);
        const who = `${nameOf(ears)} and ${nameOf(speaker)} on ${topic}`;
        if (got && !maySpeak) problems.push(`FORGED: ${who}`);
        if (got && !listeners.has(ears)) problems.push(`LEAK of a client's words: ${who}`);
        if (!got && maySpeak && ears !== speaker && listeners.get(ears) === "must") {
          problems.push(`LOST words of a client: ${who}`);
        }
      }
    }
    return problems;
  }

  /** Speaks without a socket. */
  async #post(speaker: Ears, topic: string, n: number): Promise<void> {
    const message = { topic, event: PROBE, payload: { n }, private: true };
    const answer = await fetch(`${this.#realtime.url}/realtime/v1/api/broadcast`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${speaker.token}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ messages: [message] }),
    });
    await answer.body?.cancel();
  }

  /** Somebody's token is due: from now on nothing comes that they may not hear. */
  async #renew(): Promise<void> {
    const ears = pick(this.#world, this.#ears);
    // Whoever has not signed in has a key, which is never due.
    if (ears === undefined || ears.person === NOBODY) return;
    const topics = [...ears.topics];
    await ears.renew();
    const { joins } = await ask(this.#world, ears.person, topics, []);
    for (const topic of topics) {
      if (joins.get(topic) !== true) ears.silenced.add(topic);
    }
  }
}

function nameOf({ person }: Ears): string {
  return `${person.handle}/${person.sessionId.slice(0, 4)}`;
}

function shuffled(random: () => number): string[] {
  const all = Object.keys(ACTIONS).map((name) => ({ name, at: random() }));
  return all.sort((one, other) => one.at - other.at).map(({ name }) => name);
}

/** Everything once, words in between, and whoever is out comes back before long. */
function plan(random: () => number, more: number): string[] {
  const names = shuffled(random);
  for (let n = 0; n < more; n++) {
    names.splice(Math.floor(random() * names.length), 0, pick({ random }, TALK) ?? "message");
  }
  return names.flatMap((name) => [
    ...BEFORE[name] ?? [],
    name,
    ...OUT.has(name) ? ["message", "comment", "signIn", "restore"] : [],
  ]);
}

/** Runs the proof for one seed, until something is wrong. */
export async function prove(seed: number, options: ProofOptions = {}): Promise<Outcome> {
  const random = randomOf(seed);
  await using world = await openWorld(random, options.breakIt);
  await using realtime = await serveRealtime(world.app.db, JWT, { limits: LIMITS });
  const proof = new Proof(world, realtime);
  const problems = await proof.joinAll();
  for (const [n, name] of plan(random, options.more ?? MORE).entries()) {
    if (problems.length > 0) break;
    for (const problem of await proof.step(name)) {
      problems.push(`seed ${seed}, step ${n}: ${problem}`);
    }
  }
  return { problems, events: proof.events, deliveries: proof.deliveries };
}
