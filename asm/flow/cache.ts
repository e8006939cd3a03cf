// Results of steps, kept by content: the same tool on the same bytes need not run twice.
import { createHash, randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Call, Files } from "./plan.ts";

/** What is kept of a run. */
export interface Kept {
  readonly files: Files;
  readonly log: string;
}

/** Whatever is wrong with the folder or an entry, nothing is thrown: then nothing is found, or nothing is kept. */
export interface Cache {
  readonly get: (key: string) => Promise<Kept | undefined>;
  readonly put: (key: string, kept: Kept) => Promise<void>;
}

const ENTRY = /^[0-9a-f]{64}\.step$/;
const DRAFT = /^[0-9a-f]{64}\.[0-9a-f]+\.draft$/;
/** A draft older than this belongs to a process that died. In ms. */
const STALE = 3_600_000;
const SIZE = 256 << 20;

/** The key of a call: the tool's identity, its arguments and its input, byte for byte. */
export function keyOf(identity: string, call: Call): string {
  const hash = createHash("sha256");
  const files = [...call.files].sort(([a], [b]) => (a < b ? -1 : 1));
  const sizes = files.map(([name, bytes]) => [name, bytes.length]);
  hash.update(JSON.stringify(["reticle 1", identity, call.tool.name, call.args, call.writes, sizes]));
  for (const [, bytes] of files) hash.update(bytes);
  return hash.digest("hex");
}

/** A cache in `folder`, made when needed, of at most `size` bytes: what was not used for longest goes first. */
export function cacheIn(folder: string, size = SIZE): Cache {
  const path = (key: string) => join(folder, `${key}.step`);
  return {
    get: async (key) => {
      try {
        const kept = unpack(await readFile(path(key)));
        if (kept === undefined) await rm(path(key), { force: true });
        else await utimes(path(key), new Date(), new Date());
        return kept;
      } catch {
        return undefined;
      }
    },
    put: async (key, kept) => {
      const draft = join(folder, `${key}.${randomBytes(6).toString("hex")}.draft`);
      try {
        const packed = pack(kept);
        if (packed.length > size) return;
        await mkdir(folder, { recursive: true });
        await writeFile(draft, packed, { flag: "wx" });
        await rename(draft, path(key));
        await trim(folder, size);
      } catch {
        await rm(draft, { force: true }).catch(() => {});
      }
    },
  };
}

/** An entry is a hash of the rest, a line of JSON with names and sizes, and the bytes: log first, then the files. */
function pack({ files, log }: Kept): Uint8Array {
  const parts = [Buffer.from(log), ...files.values()];
  const index = JSON.stringify({
    log: parts[0]?.length,
    files: [...files].map(([name, { length }]) => [name, length]),
  });
  const body = Buffer.concat([Buffer.from(`${index}\n`), ...parts]);
  return Buffer.concat([digest(body), body]);
}

/** `undefined` for what was cut off, changed or written by something else. */
function unpack(bytes: Buffer): Kept | undefined {
  const body = bytes.subarray(32);
  if (!digest(body).equals(bytes.subarray(0, 32))) return undefined;
  const end = body.indexOf("\n");
  const index: { readonly log: number; readonly files: readonly (readonly [string, number])[] } = JSON.parse(
    body.toString("utf8", 0, end),
  );
  let at = end + 1;
  const take = (length: number) => {
    at += length;
    return body.subarray(at - length, at);
  };
  const log = take(index.log).toString("utf8");
  return { log, files: new Map(index.files.map(([name, length]) => [name, new Uint8Array(take(length))])) };
}

function digest(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

async function trim(folder: string, size: number): Promise<void> {
  const found: { readonly path: string; readonly size: number; readonly used: number }[] = [];
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const facts = ENTRY.test(name) || DRAFT.test(name) ? await stat(path).catch(() => undefined) : undefined;
    if (facts === undefined) continue;
    if (ENTRY.test(name)) found.push({ path, size: facts.size, used: facts.mtimeMs });
    else if (Date.now() - facts.mtimeMs > STALE) await rm(path, { force: true });
  }
  let total = found.reduce((sum, one) => sum + one.size, 0);
  for (const one of found.sort((a, b) => a.used - b.used)) {
    if (total <= size) break;
    await rm(one.path, { force: true });
    total -= one.size;
  }
}
