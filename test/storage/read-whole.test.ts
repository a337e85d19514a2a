import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readDocument, readPieces, readWhole, whyUnread } from '../../src/storage/read-whole.js';

const BUILT = join(import.meta.dirname, '../../dist/storage/read-whole.js');

const folder = mkdtempSync(join(tmpdir(), 'ganeval-read-'));
afterAll(() => rmSync(folder, { recursive: true }));

const put = (name: string, content: string) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const why = (path: string, maxBytes = 10) => readWhole(path, maxBytes).catch(whyUnread);

describe('a document', () => {
  it('is read whole, without a byte-order mark', async () => {
    expect(await readDocument(put('a.json', '\ufeff{"a": "é"}'))).toBe('{"a": "é"}');
    expect((await readWhole(put('ten', '0123456789'), 10)).toString()).toBe('0123456789');
  });

  it('that cannot be read, or would be without end, says why', async () => {
    expect(await why(join(folder, 'absent'))).toBe('ENOENT');
    expect(await why(folder)).toBe('it is not a regular file');
    expect(await why('/dev/zero')).toBe('it is not a regular file');
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    expect(await why(join(folder, 'pipe'))).toBe('it is not a regular file');
    truncateSync(put('large', ''), 11);
    expect(await why(join(folder, 'large'))).toBe('it has 11 bytes, and 10 are the most');
  });

  it('is bounded whatever the file system says of its size, and of what a link leads to', async () => {
    symlinkSync('/dev/zero', join(folder, 'zero'));
    symlinkSync('/dev/urandom', join(folder, 'random'));
    expect(await why(join(folder, 'zero'))).toBe('it is not a regular file');
    expect(await why(join(folder, 'random'))).toBe('it is not a regular file');
    if (process.platform !== 'linux') return;
    // A file of 0 bytes by its size. This one has 256 GiB.
    expect(await why('/proc/self/pagemap', 100_000)).toBe('it has more than 100000 bytes');
    expect(await readDocument('/proc/version')).toBe(readFileSync('/proc/version', 'utf8'));
  });

  it('is read piece by piece in the same bounds, also as it grows', async () => {
    const sizes: number[] = [];
    const path = put('growing', 'x'.repeat(100));
    const read = async () => {
      for await (const piece of readPieces(path, 150)) {
        sizes.push(piece.length);
        appendFileSync(path, 'y'.repeat(100));
      }
    };
    await expect(read()).rejects.toThrow('it has more than 150 bytes');
    expect(sizes).toEqual([100]);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(readPieces(path, 1000, signal).next()).rejects.toThrow('enough');
  });

  it('may come out of a command, as the shell gives it', () => {
    const read = `const { readWhole, whyUnread } = await import(${JSON.stringify(BUILT)});
      console.log(String(await readWhole(process.argv[1], 100000).catch(whyUnread)).length)`;
    const lengthOf = (command: string) =>
      spawnSync('bash', ['-c', `"$0" --input-type=module -e "$1" <(${command})`, process.execPath, read], {
        encoding: 'utf8',
      }).stdout.trim();
    expect(lengthOf('head -c 100000 /dev/zero')).toBe('100000');
    expect(lengthOf('true')).toBe('0');
    expect(lengthOf('cat /dev/zero')).toBe(String('it has more than 100000 bytes'.length));
  });

  it('may come from standard input by its name', () => {
    const read = `const { readDocument } = await import(${JSON.stringify(BUILT)});
      console.log(await readDocument('/dev/stdin'))`;
    const script = `printf piped | "$0" --input-type=module -e "$1"; "$0" --input-type=module -e "$1" < "$2"`;
    const { stdout } = spawnSync('bash', ['-c', script, process.execPath, read, put('in', 'from a file')], {
      encoding: 'utf8',
    });
    expect(stdout).toBe('piped\nfrom a file\n');
  });

  it('that comes out of a silent command does not keep a run that is ended', () => {
    const read = `const { readPieces } = await import(${JSON.stringify(BUILT)});
      const signal = AbortSignal.timeout(50);
      await readPieces(process.argv[1], 100, signal).next().catch((error) => console.log(error.name))`;
    const { stdout } = spawnSync(
      'bash',
      ['-c', '"$0" --input-type=module -e "$1" <(exec sleep 5)', process.execPath, read],
      { encoding: 'utf8', timeout: 4000 },
    );
    expect(stdout).toMatch(/^(Timeout|Abort)Error\n$/);
  });
});
