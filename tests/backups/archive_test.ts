/** @module The bytes of an archive: sealed, refused when altered, cut short or of another key. */
import assert from "node:assert/strict";
import { Decrypter, generateX25519Identity } from "age-encryption";
import { createSeal, type Seal } from "../../shared/backups/archive.ts";
import { countRows } from "../../shared/backups/copy.ts";

const SECRET = "a-secret-of-at-least-thirty-two-characters";
/** More than one frame of the seal. */
const LENGTH = 200_000;

function random(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  const step = 65_536;
  for (let at = 0; at < length; at += step) {
    crypto.getRandomValues(bytes.subarray(at, at + step));
  }
  return bytes;
}

function streamOf(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array> {
  return new Blob([bytes]).stream();
}

async function collect(stream: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return new Uint8Array(await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}

async function openStream(seal: Seal, bytes: Uint8Array<ArrayBuffer>) {
  return await collect(await seal.open(streamOf(bytes)));
}

Deno.test("[BK-03] archive: what is sealed opens with the same secret, packed and streamed", async () => {
  for (const secret of [undefined, SECRET]) {
    const seal = await createSeal(secret);
    const bytes = random(LENGTH);

    const packed = await seal.unpack(await seal.pack(bytes), LENGTH);
    const streamed = await openStream(seal, await collect(await seal.close(streamOf(bytes))));

    assert.deepEqual(packed, bytes);
    assert.deepEqual(streamed, bytes);
  }
});

Deno.test("[BK-03] archive: another key, a flipped bit and a cut end are refused", async () => {
  const seal = await createSeal(SECRET);
  const other = await createSeal(`${SECRET}!`);
  const sealed = await seal.pack(random(LENGTH));
  const streamed = await collect(await seal.close(streamOf(random(LENGTH))));
  const flipped = sealed.slice();
  flipped[LENGTH / 2] = (flipped[LENGTH / 2] ?? 0) ^ 1;

  await assert.rejects(other.unpack(sealed, LENGTH), { problem: "conflict" });
  await assert.rejects(seal.unpack(flipped, LENGTH), { problem: "conflict" });
  await assert.rejects(seal.unpack(sealed.slice(0, -1), LENGTH), { problem: "conflict" });
  await assert.rejects(openStream(seal, streamed.slice(0, -1)));
  // A whole frame less: every frame that is left is genuine.
  await assert.rejects(openStream(seal, streamed.slice(0, 140_000)));
  await assert.rejects(openStream(other, streamed));
  assert.notEqual(seal.keyId, other.keyId);
  assert.notEqual(seal.sign("x"), other.sign("x"));
});

Deno.test("[BK-03] archive: a file that unpacks to more than it held is stopped", async () => {
  const seal = await createSeal(undefined);
  const bomb = await seal.pack(new Uint8Array(LENGTH));

  await assert.rejects(seal.unpack(bomb, LENGTH - 1), { problem: "conflict" });
  assert.equal((await seal.unpack(bomb, LENGTH)).length, LENGTH);
});

Deno.test("[BK-03] archive: a key of the tool age is used as it is", async () => {
  const identity = await generateX25519Identity();
  const seal = await createSeal(identity);
  const bytes = random(LENGTH);
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);

  const opened = await decrypter.decrypt(await collect(await seal.close(streamOf(bytes))));

  assert.deepEqual(new Uint8Array(opened), bytes);
});

Deno.test("archive: rows of the text form are counted by their line breaks", () => {
  const text = (value: string) => new TextEncoder().encode(value);

  assert.deepEqual(["", "a\n", "a\\nb\n\\N\n", "\n\n"].map((value) => countRows(text(value))), [
    0,
    1,
    2,
    2,
  ]);
});
