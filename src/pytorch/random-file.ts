import { constants, readSync, type Stats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { PthFault } from './fault.js';

const ENDED_EARLY = 'became shorter while it was read';
const CRC_CHUNK_BYTES = 1024 * 1024;

type FileFacts = Pick<Stats, 'size' | 'mtimeMs' | 'ino'>;

/** A regular file that is read by ranges. */
export class RandomFile {
  private constructor(
    readonly path: string,
    readonly handle: FileHandle,
    readonly facts: FileFacts,
  ) {}

  get size(): number {
    return this.facts.size;
  }

  /**
   * Makes sure that nobody has written to the file or put another in its place since it was opened.
   *
   * @throws {PthFault}
   */
  async checkUnchanged(): Promise<void> {
    const all = [await this.handle.stat(), await stat(this.path).catch(() => undefined)];
    const { size, mtimeMs, ino } = this.facts;
    if (all.every((now) => now?.size === size && now.mtimeMs === mtimeMs && now.ino === ino)) return;
    throw new PthFault('was changed or removed while it was read', 'run again');
  }

  /**
   * Opens a file without waiting for a writer, as a named pipe would.
   *
   * @throws {PthFault} for anything but a regular file
   */
  static async open(path: string): Promise<RandomFile> {
    const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const facts = await handle.stat();
      if (!facts.isFile()) throw new PthFault('is not a regular file', 'give the path of a .pth file');
      return new RandomFile(path, handle, facts);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /**
   * Fills `target` from `position`.
   *
   * @throws {PthFault} where the file ends before
   */
  async read(target: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < target.length; ) {
      const { bytesRead } = await this.handle.read(target, done, target.length - done, position + done);
      if (bytesRead === 0) throw new PthFault(ENDED_EARLY);
      done += bytesRead;
    }
  }

  /** The same, at once: for the few kilobytes of a pickle, which is interpreted byte by byte. */
  readNow(target: Uint8Array, position: number): void {
    for (let done = 0; done < target.length; ) {
      const count = readSync(this.handle.fd, target, done, target.length - done, position + done);
      if (count === 0) throw new PthFault(ENDED_EARLY);
      done += count;
    }
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

/** Where a range of a file is. */
export interface Extent {
  /** As a reader would look for it: "archive/data/0". */
  readonly name: string;
  readonly start: number;
  readonly byteLength: number;
  /** CRC-32, where the format has one. */
  readonly checksum?: number;
}

/** A range of a file. Where it has a checksum, the bytes are checked before the first is given out. */
export class FileRange {
  readonly name: string;
  readonly start: number;
  readonly byteLength: number;
  readonly #checksum: number | undefined;
  #unchecked: boolean;

  constructor(
    readonly file: RandomFile,
    { name, start, byteLength, checksum }: Extent,
  ) {
    this.name = name;
    this.start = start;
    this.byteLength = byteLength;
    this.#checksum = checksum;
    this.#unchecked = checksum !== undefined;
  }

  /**
   * Fills `target` with the bytes from `offset` on.
   *
   * @throws {PthFault} where the range does not have its checksum
   */
  async read(target: Uint8Array, offset: number): Promise<void> {
    const isWhole = offset === 0 && target.length === this.byteLength;
    if (this.#unchecked && !isWhole) await this.check();
    await this.file.read(target, this.start + offset);
    if (this.#unchecked) this.#compare(crc32(target));
  }

  /** Reads the whole range for its checksum alone. */
  async check(): Promise<void> {
    if (!this.#unchecked) return;
    const chunk = new Uint8Array(Math.min(CRC_CHUNK_BYTES, this.byteLength));
    let sum = 0;
    for (let at = 0; at < this.byteLength; at += chunk.length) {
      const part = chunk.subarray(0, Math.min(chunk.length, this.byteLength - at));
      await this.file.read(part, this.start + at);
      sum = crc32(part, sum);
    }
    this.#compare(sum);
  }

  #compare(sum: number): void {
    if (sum !== this.#checksum) throw new PthFault(`is damaged: its entry ${this.name} has another checksum`);
    this.#unchecked = false;
  }
}
