import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { dot } from '../images/picture-folder.js';

/** What the program shall do with a hostile input that stands in the case's folder. */
export interface Invocation {
  readonly args: readonly string[];
  /** Done once every file has been read for its digest and before the first picture is decoded. */
  readonly afterInspection?: () => void;
}

/** An input made to do harm, and how the program must answer. */
export interface HostileCase {
  /** What the input is; unique in the corpus. */
  readonly name: string;
  /** Writes the input into `folder`, which is empty and of its own. */
  readonly make: (folder: string) => Invocation | Promise<Invocation>;
  /** Of the command line's contract; 0 where the input is usable after all. */
  readonly exit: 0 | 2 | 3 | 4;
  /** In the sentence on stderr; with exit code 0 in what stands on stdout. */
  readonly says: RegExp;
  /** Run by a user who owns nothing, since root may read everything. */
  readonly asNobody?: true;
}

/** Arguments that score pictures as cheaply as can be. */
export function score(samples: string, ...flags: string[]): Invocation {
  const cheap = ['--metrics', 'is', '--splits', '1', '--device', 'cpu', '--threads', '1', '--no-cache'];
  return { args: ['score', samples, ...cheap, ...flags] };
}

/** Writes files under `folder`, with the folders between. */
export function put(folder: string, files: Readonly<Record<string, string | Uint8Array>>): string {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** Writes one file and scores it. */
export function scoreFile(folder: string, name: string, content: string | Uint8Array, ...flags: string[]) {
  put(folder, { [name]: content });
  return score(join(folder, name), ...flags);
}

/** Scores a folder of a sound picture and these. */
export function scoreBeside(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  ...flags: string[]
) {
  return score(put(folder, { 'sound.png': dot(7), ...files }), ...flags);
}

/** A picture file that must be called bad, beside a sound one. */
export function badPicture(
  name: string,
  extension: string,
  bytes: () => Uint8Array | Promise<Uint8Array>,
  reason: string,
): HostileCase {
  return {
    name,
    make: async (folder) => scoreBeside(folder, { [`bad.${extension}`]: await bytes() }),
    exit: 3,
    says: new RegExp(`One picture of .* cannot be decoded \\("bad\\.${extension}" ${reason}`),
  };
}

/** A picture file that looks wrong and is taken all the same, as PIL does. */
export function odd(
  name: string,
  extension: string,
  bytes: () => Uint8Array | Promise<Uint8Array>,
): HostileCase {
  return {
    name,
    make: async (folder) => scoreBeside(folder, { [`odd.${extension}`]: await bytes() }),
    exit: 0,
    says: /: 2 pictures/,
  };
}
