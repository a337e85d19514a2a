import { constants } from 'node:fs';
import { access, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { withOpenFile } from '../../archives/random-access.js';
import { readWhole } from '../../storage/read-whole.js';
import { ElfError, type ElfFacts, readElf } from './libraries/elf-file.js';

/** What the search for CUDA depends on: nothing else is looked at, so that tests can make a machine in a folder. */
export interface MachineFacts {
  readonly platform: string;
  readonly arch: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The folder that stands for `/`: empty for this machine. */
  readonly root: string;
}

/** A machine's files, and what else the search depends on. Nothing here throws for what is absent or may not be read. */
export class MachineFiles {
  readonly facts: MachineFacts;

  /** @param facts those of this process, where nothing else is said */
  constructor(facts: Partial<MachineFacts> = {}) {
    this.facts = {
      platform: process.platform,
      arch: process.arch,
      environment: process.env,
      root: '',
      ...facts,
    };
  }

  get environment(): MachineFacts['environment'] {
    return this.facts.environment;
  }

  /** The same machine with variables of the environment set. */
  with(environment: Readonly<Record<string, string>>): MachineFiles {
    return new MachineFiles({ ...this.facts, environment: { ...this.environment, ...environment } });
  }

  /** Whether something is there. */
  async has(path: string): Promise<boolean> {
    return stat(this.#place(path)).then(
      () => true,
      () => false,
    );
  }

  /** Whether this process may read and write it. */
  async mayUse(path: string): Promise<boolean> {
    return access(this.#place(path), constants.R_OK | constants.W_OK).then(
      () => true,
      () => false,
    );
  }

  /** The names in a folder, sorted; none where there is no folder. */
  async list(folder: string): Promise<string[]> {
    return readdir(this.#place(folder)).then(
      (names) => names.sort(),
      () => [],
    );
  }

  /** Where links end. */
  async realPath(path: string): Promise<string> {
    const { root } = this.facts;
    try {
      const real = await realpath(this.#place(path));
      return root === '' ? real : real.slice((await realpath(root)).length);
    } catch {
      return path;
    }
  }

  /** The bytes of a file, if it is there and has no more than these. */
  async read(path: string, maxBytes: number): Promise<Buffer | undefined> {
    return readWhole(this.#place(path), maxBytes).catch(() => undefined);
  }

  /** As `read`, as text. */
  async readText(path: string, maxBytes: number): Promise<string | undefined> {
    return (await this.read(path, maxBytes))?.toString('utf8');
  }

  /** What a shared library needs, or why it can't be used: "is cut short"; undefined where no file is. */
  async readLibrary(path: string): Promise<ElfFacts | string | undefined> {
    try {
      return await withOpenFile(this.#place(path), readElf);
    } catch (error) {
      if (error instanceof ElfError) return error.message;
      const { code } = error as NodeJS.ErrnoException;
      return code === 'EACCES' || code === 'EPERM' ? 'may not be read by this user' : undefined;
    }
  }

  #place(path: string): string {
    return this.facts.root === '' ? path : join(this.facts.root, path);
  }
}
