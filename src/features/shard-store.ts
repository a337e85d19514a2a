import { hash } from 'node:crypto';
import { mkdir, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeNpy, type NpyArray, parseNpy } from '../archives/npy.js';
import { guardStorage, type StoragePlace } from '../storage/guard-storage.js';
import { sweepOnce, temporaryName } from '../storage/leftovers.js';
import { makeFolder } from '../storage/make-folder.js';
import { explainOpenFilesLimit, isOpenFilesLimit } from '../storage/open-files.js';
import { describeSystemError, isSystemError } from '../storage/system-error.js';
import { moveWhenComplete } from '../storage/write-whole.js';
import { readRegularFile } from './read-regular-file.js';
import { removeShard } from './remove-shard.js';
import { type NamedFile, WriterAtOnce } from './write-at-once.js';

const INDEX = 'index.json';
const SCHEMA = 'ganeval/shard@2';
/** Names of 256 pictures and the reasons of as many bad ones take a hundredth of it. */
const MAX_INDEX_BYTES = 2 ** 25;
/** How often a shard is written again that others removed or replaced meanwhile. */
const MAX_TRIES = 5;

/** Results for one run of rows: a few arrays and what is to be known about them. */
export interface Shard<Info = unknown> {
  readonly info: Info;
  readonly arrays: Readonly<Record<string, NpyArray>>;
}

/** What a shard is found by. */
export interface ShardName {
  /** What `shardKey` gives for the content. */
  readonly key: string;
  /** Everything that decides what the shard holds. */
  content(): Readonly<Record<string, unknown>>;
}

/** The first line of the index; the second is its SHA-256. */
interface ShardIndex {
  readonly schema: string;
  readonly key: string;
  readonly content: Readonly<Record<string, unknown>>;
  readonly info: unknown;
  /** The file of each array, by name. */
  readonly arrays: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
}

const sha256 = (bytes: Uint8Array | string) => hash('sha256', bytes, 'hex');

/** The name of a shard: a digest of everything that decides its content. */
export function shardKey(content: Readonly<Record<string, unknown>>): string {
  return sha256(JSON.stringify({ schema: SCHEMA, ...content }));
}

/**
 * A folder of shards named by their content. A shard appears whole or not at all (it is written aside and renamed), and is never
 * changed afterwards. It says itself what it is of, and is checked against that and its digests whenever it is read, so that one
 * that was damaged, or moved to the place of another, is never taken for what it is not. So a run that was killed continues where it
 * was, and any number of runs may share the folder.
 */
export class ShardStore {
  readonly #damaged = new Set<string>();
  /** What the system said, by key. */
  readonly #unread = new Map<string, string>();
  readonly #atOnce = new WriterAtOnce();

  /** @param place what errors say of the folder beside its path */
  constructor(
    readonly root: string,
    private readonly place: StoragePlace = {},
  ) {}

  #folder(key: string): string {
    return join(this.root, key.slice(0, 2), key);
  }

  /**
   * The shard of this name, or undefined where there is none or what is there is not it.
   *
   * @throws {StorageError} where too many files are open to look
   */
  async read<Info>({ key }: Pick<ShardName, 'key'>): Promise<Shard<Info> | undefined> {
    const folder = this.#folder(key);
    try {
      const shard = await readFiles(folder, key);
      await this.#touch(folder);
      return shard as Shard<Info>;
    } catch (error) {
      if (isOpenFilesLimit(error)) throw explainOpenFilesLimit(error);
      // What is damaged or unreadable is computed again, and writing it reports what is wrong with the folder.
      if (await this.has(key)) this.#keepInMind(key, error);
      return undefined;
    }
  }

  /** Whether there is something in the place of this shard; what it is, is not checked. */
  async has(key: string): Promise<boolean> {
    return stat(join(this.#folder(key), INDEX)).then(
      () => true,
      () => false,
    );
  }

  #keepInMind(key: string, error: unknown): void {
    const isUnread = isSystemError(error) && error.code !== 'ENOENT';
    if (isUnread) this.#unread.set(key, describeSystemError(error));
    else this.#damaged.add(key);
  }

  /** What a person should know of the shards that were read, as sentences. */
  describeDamage(): string | undefined {
    const sentences: string[] = [];
    if (this.#unread.size > 0) {
      const [reason] = this.#unread.values();
      const [shards, were] = countShards(this.#unread.size);
      sentences.push(
        `${shards} of features in ${this.root} cannot be read (${reason}), and ${were} not used: check the disk and the permissions.`,
      );
    }
    if (this.#damaged.size > 0) {
      const [shards, were] = countShards(this.#damaged.size);
      sentences.push(
        `${shards} of features in ${this.root} ${were} damaged, or not what the name says, and ${were} not used: check the disk if this comes back.`,
      );
    }
    return sentences.length > 0 ? sentences.join(' ') : undefined;
  }

  /**
   * Writes a shard.
   *
   * @throws {StorageError} where the disk is full or the folder can't be written
   */
  async write(name: ShardName, shard: Shard): Promise<void> {
    const folder = this.#folder(name.key);
    const files = filesOf(name, shard);
    await sweepOnce(this.root);
    if (this.#atOnce.write(join(this.root, temporaryName()), folder, files)) return;
    await guardStorage(
      this.root,
      () =>
        tryAgainIf(['ENOENT'], async () => {
          await makeFolder(join(this.root, name.key.slice(0, 2)));
          const aside = join(this.root, temporaryName());
          await mkdir(aside);
          await moveWhenComplete(
            aside,
            () => writeFiles(aside, files),
            () => this.#moveIntoPlace(aside, folder, name.key),
          );
        }),
      this.place,
    );
  }

  async #moveIntoPlace(aside: string, folder: string, key: string): Promise<void> {
    await tryAgainIf(['ENOTEMPTY', 'EEXIST', 'EPERM'], async (isLast) => {
      try {
        await rename(aside, folder);
      } catch (error) {
        // Another run has written the same shard meanwhile, or a damaged one is in the way.
        const shard = await readFiles(folder, key).catch(passOverDamage);
        if (shard) return;
        if (!isLast) await removeShard(this.root, folder);
        throw error;
      }
    });
  }

  /** Marks a shard as used now, for pruning by age. A read-only store is no error. */
  async #touch(folder: string): Promise<void> {
    const now = new Date();
    await utimes(folder, now, now).catch(() => undefined);
  }
}

function passOverDamage(error: unknown): undefined {
  // A sound shard must not be removed for that.
  if (isOpenFilesLimit(error)) throw explainOpenFilesLimit(error);
}

function countShards(count: number): [string, string] {
  return count === 1 ? ['One shard', 'was'] : [`${count} shards`, 'were'];
}

/** Calls `work` until it doesn't throw one of these errors of the system, a few times at most. */
async function tryAgainIf(codes: readonly string[], work: (isLast: boolean) => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await work(tries === MAX_TRIES);
    } catch (error) {
      if (tries === MAX_TRIES || !codes.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
}

/** @throws what the system says, and an Error for what is not the shard of this key */
async function readFiles(folder: string, key: string): Promise<Shard> {
  const index = parseIndex((await readRegularFile(join(folder, INDEX), MAX_INDEX_BYTES)).toString('utf8'));
  if (index.schema !== SCHEMA || index.key !== key || shardKey(index.content) !== key)
    throw new Error('it is another shard');
  const arrays: Record<string, NpyArray> = {};
  for (const [name, { bytes, sha256: digest }] of Object.entries(index.arrays)) {
    const file = await readRegularFile(join(folder, `${name}.npy`), bytes);
    if (sha256(file) !== digest) throw new Error('it is damaged');
    arrays[name] = parseNpy(file);
  }
  return { info: index.info, arrays };
}

function parseIndex(text: string): ShardIndex {
  const end = text.indexOf('\n');
  const line = text.slice(0, end);
  if (end < 0 || text.slice(end) !== `\n${sha256(line)}\n`) throw new Error('its index is damaged');
  return JSON.parse(line);
}

/** The arrays first, then the index: a shard counts once its index is there. */
function filesOf(name: ShardName, shard: Shard): NamedFile[] {
  const files: NamedFile[] = [];
  const arrays: Record<string, ShardIndex['arrays'][string]> = {};
  for (const [array, values] of Object.entries(shard.arrays)) {
    const bytes = encodeNpy(values);
    arrays[array] = { bytes: bytes.length, sha256: sha256(bytes) };
    files.push({ name: `${array}.npy`, bytes });
  }
  const { info } = shard;
  const index: ShardIndex = { schema: SCHEMA, key: name.key, content: name.content(), info, arrays };
  const line = JSON.stringify(index);
  return [...files, { name: INDEX, bytes: `${line}\n${sha256(line)}\n` }];
}

async function writeFiles(folder: string, files: readonly NamedFile[]): Promise<void> {
  for (const { name, bytes } of files) await writeFile(join(folder, name), bytes);
}
