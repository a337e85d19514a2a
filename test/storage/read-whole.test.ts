import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readDocument, readWhole, whyUnread } from '../../src/storage/read-whole.js';

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
});
