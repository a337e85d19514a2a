import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const dist = (path: string) => JSON.stringify(join(import.meta.dirname, '../../../dist', path));

const root = mkdtempSync(join(tmpdir(), 'ganeval-pipes-'));
let server: Server | undefined;
afterAll(() => {
  server?.close();
  rmSync(root, { recursive: true });
});

const OTHERS = {
  pipe: (path: string) => void execFileSync('mkfifo', [path]),
  // Reading it would end with what no form is, not with what it is.
  device: (path: string) => symlinkSync('/dev/null', path),
};

/** One MNIST picture, as an IDX file. */
const IDX = Buffer.from([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 9]);
/** A file of each form that a folder may hold, or that is read beside such a file. */
const MEMBERS: readonly { readonly name: string; readonly beside?: Record<string, Uint8Array> }[] = [
  { name: 'data_batch_1.bin' },
  { name: 'train.bin' },
  { name: 'fine_label_names.txt', beside: { 'train.bin': Buffer.alloc(3074) } },
  { name: 'train-images-idx3-ubyte' },
  { name: 'train-images-idx3-ubyte.gz' },
  { name: 'train-labels-idx1-ubyte', beside: { 'train-images-idx3-ubyte': IDX } },
  { name: 'train-labels-idx1-ubyte.gz', beside: { 'train-images-idx3-ubyte': IDX } },
  { name: 'shard-0.tar' },
  { name: 'train-0.parquet' },
  { name: 'data/train-0.parquet' },
  { name: 'data-0.arrow' },
];
/** Files of a form that are inputs by themselves. */
const INPUTS = ['a.zip', 'a.tar', 'a.npy', 'a.npz', 'a.bin', 'a.csv', 'a.jsonl', 'a.parquet', 'a.png', 'a'];

interface Try {
  readonly opened: string;
  readonly refused: string;
  readonly says: string;
}

const tries: Try[] = [];
let said: string[] = [];

beforeAll(async () => {
  for (const [kind, make] of Object.entries(OTHERS)) {
    for (const [i, { name, beside = {} }] of MEMBERS.entries()) {
      const folder = join(root, `${kind}-${i}`);
      const refused = join(folder, name);
      mkdirSync(dirname(refused), { recursive: true });
      for (const [file, bytes] of Object.entries(beside)) writeFileSync(join(folder, file), bytes);
      make(refused);
      const says = `${JSON.stringify(refused)} cannot be read (it is not a regular file): put a file in its place.`;
      tries.push({ opened: folder, refused: `a ${kind} as ${name}`, says });
    }
    for (const name of INPUTS) {
      const path = join(root, `${kind}-${name}`);
      make(path);
      const says = `${JSON.stringify(path)} is not a regular file: give a folder or file of pictures.`;
      tries.push({ opened: path, refused: `a ${kind} as ${name}`, says });
    }
  }
  const socket = join(root, 'socket', 'test_batch.bin');
  mkdirSync(dirname(socket));
  server = createServer().listen(socket);
  const says = `${JSON.stringify(socket)} cannot be read (it is not a regular file): put a file in its place.`;
  tries.push({ opened: dirname(socket), refused: 'a socket as test_batch.bin', says });
  const script = `
    const { openImages } = await import(${dist('images/open.js')});
    const { digestFile } = await import(${dist('storage/digest-file.js')});
    const { walkTar } = await import(${dist('archives/tar/walk-tar.js')});
    const { OpenFile } = await import(${dist('archives/random-access.js')});
    const pipe = process.argv[1];
    const say = (text) => console.log(JSON.stringify(text));
    const fails = (trying) => trying.then(() => 'it was opened', ({ message }) => message);
    for (const read of [digestFile, (path) => walkTar(path, () => {}), OpenFile.open]) say(await fails(read(pipe)));
    for (const path of process.argv.slice(2)) say(await fails(openImages(path)));`;
  // A program that waits for a pipe is ended by the signal that it cannot hear.
  const { stdout } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', script, join(root, 'pipe-a'), ...tries.map(({ opened }) => opened)],
    { encoding: 'utf8', timeout: 60_000, killSignal: 'SIGKILL' },
  );
  said = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}, 90_000);

it('a pipe is waited for by nothing that reads a file', () => {
  expect(said.slice(0, 3)).toEqual(Array(3).fill('it is not a regular file'));
});

it('a pipe, device or socket in the place of any file of pictures is refused by its name', () => {
  const found = tries.map(({ refused }, i) => [refused, said[3 + i]]);
  expect(found).toEqual(tries.map(({ refused, says }) => [refused, says]));
});
