import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeNpy, type NpyArray, parseNpy } from '../archives/npy.js';
import { guardStorage } from '../storage/guard-storage.js';
import { moveWhenComplete } from '../storage/write-whole.js';

const INDEX = 'index.json';
const SCHEMA = 'ganeval/shard@1';

/** Results for one run of rows: a few arrays and what is to be known about them. */
export interface Shard<Info = unknown> {
  readonly info: Info;
  readonly arrays: Readonly<Record<string, NpyArray>>;
}

interface ShardIndex {
  readonly schema: string;
  readonly info: unknown;
  /** SHA-256 of `info` as JSON. */
  readonly infoDigest: string;
  /** SHA-256 of each array's file, by name. */
  readonly arrays: Readonly<Record<string, string>>;
}

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

/** The name of a shard: a digest of everything that decides its content. */
export function shardKey(content: Readonly<Record<string, unknown>>): string {
  return sha256(JSON.stringify({ schema: SCHEMA, ...content }));
}

/**
 * A folder of shards named by their content. A shard appears whole or not at all (it is written aside and renamed), is
 * never changed afterwards, and is checked against its digests when it is read: so a run that was killed continues
 * where it was, and any number of runs may share the folder.
 */
export class ShardStore {
  constructor(readonly root: string) {}

  #folder(key: string): string {
    return join(this.root, key.slice(0, 2), key);
  }

  /** The shard of this name, or undefined where there is none or it is damaged. */
  async read<Info>(key: string): Promise<Shard<Info> | undefined> {
    const folder = this.#folder(key);
    try {
      const index: ShardIndex = JSON.parse(await readFile(join(folder, INDEX), 'utf8'));
      if (index.schema !== SCHEMA || index.infoDigest !== sha256(JSON.stringify(index.info)))
        return undefined;
      const arrays: Record<string, NpyArray> = {};
      for (const [name, digest] of Object.entries(index.arrays)) {
        const bytes = await readFile(join(folder, `${name}.npy`));
        if (sha256(bytes) !== digest) return undefined;
        arrays[name] = parseNpy(bytes);
      }
      await this.#touch(folder);
      return { info: index.info as Info, arrays };
    } catch {
      // Absent, damaged or unreadable: it is computed again, and writing it reports what is wrong with the folder.
      return undefined;
    }
  }

  /** Whether a shard of this name was written; its digests are not checked. */
  async has(key: string): Promise<boolean> {
    return stat(join(this.#folder(key), INDEX)).then(
      () => true,
      () => false,
    );
  }

  /**
   * Writes a shard.
   *
   * @throws {StorageError} where the disk is full or the folder can't be written
   */
  async write(key: string, shard: Shard): Promise<void> {
    const folder = this.#folder(key);
    await guardStorage(this.root, async () => {
      await mkdir(join(this.root, key.slice(0, 2)), { recursive: true });
      const aside = await mkdtemp(join(this.root, 'writing-'));
      await moveWhenComplete(
        aside,
        () => writeFiles(aside, shard),
        () => this.#moveIntoPlace(aside, folder, key),
      );
    });
  }

  async #moveIntoPlace(aside: string, folder: string, key: string): Promise<void> {
    try {
      await rename(aside, folder);
    } catch (error) {
      // Another run has written the same shard meanwhile, or a damaged one is in the way.
      if (!['ENOTEMPTY', 'EEXIST', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? ''))
        throw error;
      if (await this.read(key)) return;
      await rm(folder, { recursive: true, force: true });
      await rename(aside, folder);
    }
  }

  /** Marks a shard as used now, for pruning by age. A read-only store is no error. */
  async #touch(folder: string): Promise<void> {
    const now = new Date();
    await utimes(folder, now, now).catch(() => undefined);
  }
}

/** The arrays first, then the index: a shard counts once its index is there. */
async function writeFiles(folder: string, shard: Shard): Promise<void> {
  const arrays: Record<string, string> = {};
  for (const [name, array] of Object.entries(shard.arrays)) {
    const bytes = encodeNpy(array);
    arrays[name] = sha256(bytes);
    await writeFile(join(folder, `${name}.npy`), bytes);
  }
  const index: ShardIndex = {
    schema: SCHEMA,
    info: shard.info,
    infoDigest: sha256(JSON.stringify(shard.info)),
    arrays,
  };
  await writeFile(join(folder, INDEX), `${JSON.stringify(index)}\n`);
}
