import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { drawOn, writeExact, writeText } from '../../../src/cli/output/door.js';
import { findDanger, HOSTILE_NAMES } from '../../escape/find-danger.js';
import { runNode } from '../run-program.js';

const SOURCES = fileURLToPath(new URL('../../../src', import.meta.url));
const DOOR = new URL('../../../dist/cli/output/door.js', import.meta.url).href;
const HOSTILE = `${HOSTILE_NAMES.join('\n')}\n`;
const ON_GITHUB = { GITHUB_ACTIONS: 'true' };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ganeval-door-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A stream that keeps what is written to it. */
function makeStream(facts: { isTTY?: boolean; fd?: number } = {}) {
  const written: string[] = [];
  const write = (text: string) => written.push(text) > 0;
  return { stream: { ...facts, write } as unknown as NodeJS.WriteStream, written };
}

describe('what a program may read', () => {
  it('goes as it is to a pipe, and to a file even under a runner', () => {
    const pipe = makeStream();
    expect(writeExact(pipe.stream, HOSTILE, {})).toBe(false);
    expect(pipe.written).toEqual([HOSTILE]);
    const fd = openSync(join(folder, 'out.csv'), 'w');
    const file = makeStream({ fd });
    expect(writeExact(file.stream, HOSTILE, ON_GITHUB)).toBe(false);
    expect(file.written).toEqual([HOSTILE]);
    closeSync(fd);
  });

  it.each([
    ['a terminal', { isTTY: true }, {}],
    ['GitHub', {}, ON_GITHUB],
    ['Azure Pipelines', {}, { TF_BUILD: 'True' }],
    ['TeamCity', {}, { TEAMCITY_VERSION: '2024' }],
    ['Buildkite', {}, { BUILDKITE: 'true' }],
    ['any CI', {}, { CI: '1' }],
  ])('is shown to %s, and said to have been changed', (_, facts, environment) => {
    const { stream, written } = makeStream(facts);
    expect(writeExact(stream, HOSTILE, environment)).toBe(true);
    expect(findDanger(written.join(''))).toBeUndefined();
    expect(writeExact(stream, 'a,b\n1,2\n', environment)).toBe(false);
  });
});

describe('what a person reads', () => {
  it('has styles on a terminal alone', () => {
    const terminal = makeStream({ isTTY: true });
    writeText(terminal.stream, '\u001b[1ma\u001b[22m\n');
    const pipe = makeStream();
    writeText(pipe.stream, '\u001b[1ma\n');
    expect([...terminal.written, ...pipe.written]).toEqual(['\u001b[1ma\u001b[22m\n', '\\u{1b}[1ma\n']);
  });

  it('lets a bar move the cursor', () => {
    const { stream, written } = makeStream({ isTTY: true });
    drawOn(stream).write('\u001b[2K');
    expect(written).toEqual(['\u001b[2K']);
    expect(drawOn(stream).isTTY).toBe(true);
  });
});

describe('the door', () => {
  it('catches what others write, and the warnings of Node', async () => {
    const hostile = JSON.stringify(HOSTILE);
    const script = `
      import { guardStreams, writeExact } from '${DOOR}';
      guardStreams();
      console.log(${hostile});
      process.stderr.write(Buffer.from(${hostile}));
      process.emitWarning(${hostile});
      setTimeout(() => writeExact(process.stdout, 'exact\\u001b[1m\\n', {}), 10);`;
    const { stdout, stderr } = await runNode(['--input-type=module', '-e', script]);
    expect(stdout).toContain('exact\u001b[1m\n');
    expect(findDanger(stdout.replace('exact\u001b[1m', ''))).toBeUndefined();
    expect(stderr).toContain('Warning: ::error::a\n: :add-mask');
    expect(findDanger(stderr)).toBeUndefined();
  });

  it('is the only place where the program writes to stdout and stderr', () => {
    const writes =
      /\bconsole\s*\.|\b(?:stdout|stderr)\s*\.\s*(?:write|end|pipe)\b|\.pipe\(\s*process\b|_rawDebug|writeSync\(\s*[12]\b/;
    const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    );
    const outside = files.filter((name) => {
      const code = readFileSync(join(SOURCES, name), 'utf8').replace(/^\s*(\/\/|\/?\*).*$/gm, '');
      return writes.test(code);
    });
    // The generators of the reference run in development alone.
    expect(outside.filter((name) => !name.startsWith('cli/generate/'))).toEqual([]);
  });
});
