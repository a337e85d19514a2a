import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorAnnotation } from '../../src/escape/annotation.js';
import { csvCell } from '../../src/escape/csv-cell.js';
import { jsonText } from '../../src/escape/json-text.js';
import { disarm } from '../../src/escape/runner-commands.js';
import { shellQuote } from '../../src/escape/shell-quote.js';
import { terminalText } from '../../src/escape/terminal-text.js';
import { COMMANDS, findDanger, HOSTILE_NAMES } from './find-danger.js';

/** Pieces of attacks among any characters. */
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...COMMANDS), fc.string({ unit: 'binary', maxLength: 4 })), {
    maxLength: 6,
  })
  .map((pieces) => pieces.join(''));

describe('a whole output', () => {
  it('can neither control a terminal nor be a command of a runner', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(findDanger(terminalText(text))).toBeUndefined();
        expect(findDanger(terminalText(text, true), true)).toBeUndefined();
      }),
    );
    for (const name of HOSTILE_NAMES) expect(findDanger(name)).toBeDefined();
  });

  it('keeps its lines, its styles where it has them, and what is harmless', () => {
    expect(terminalText('a\tb\n飛行機 👩‍🚀\n')).toBe('a\tb\n飛行機 👩‍🚀\n');
    expect(terminalText('\u001b[1mx\u001b[22m\u001b[2J', true)).toBe('\u001b[1mx\u001b[22m\\u{1b}[2J');
    expect(terminalText('\u001b[1mx')).toBe('\\u{1b}[1mx');
  });

  it.each([
    ['::error::x', ': :error::x'],
    ['\u3000::set-output name=a::b', '\u3000: :set-output name=a::b'],
    ['\u001b[31m::error::x', '\u001b[31m: :error::x'],
    ['a ##[group]b', 'a ## [group]b'],
    ['a ##vso[task.setvariable]b', 'a ##vso [task.setvariable]b'],
    ["##teamcity[blockOpened name='x']", "##teamcity [blockOpened name='x']"],
    ['--- a', '-- - a'],
    ['x\n+++ a', 'x\n++ + a'],
    ['~~~ a', '~~ ~ a'],
    ['^^^ +++', '^^ ^ +++'],
    ['| --- | --- |\n# a ## b --no --x', '| --- | --- |\n# a ## b --no --x'],
  ])('breaks what a runner obeys: %j', (text, safe) => {
    expect(disarm(text)).toBe(safe);
  });
});

describe('JSON', () => {
  it('is safe as it stands, and the same when it is parsed', () => {
    fc.assert(
      fc.property(hostile, (name) => {
        const text = jsonText({ [name]: [name] });
        expect(findDanger(text)).toBeUndefined();
        expect(terminalText(text)).toBe(text);
        expect(JSON.parse(text)).toEqual({ [name]: [name] });
      }),
    );
  });
});

describe('a cell of CSV', () => {
  it('is no formula, and gives the text back without its first quote', () => {
    const begin = fc.constantFrom('', '=', '+', '-', '@', '\t', '\r', "'", "''", "'=", '＝', 'a');
    fc.assert(
      fc.property(begin, hostile, (first, rest) => {
        const cell = csvCell(first + rest);
        expect(cell).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
        expect(/^''*[=+\-@\t\r\n＝＋－＠]/.test(cell) ? cell.slice(1) : cell).toBe(first + rest);
      }),
    );
  });
});

describe('a word of a command', () => {
  it.each([...HOSTILE_NAMES, "it's \\ a\nb", "##[x]'\\", '-%s\u0007'])(
    'names the same file and can be shown: %j',
    (name) => {
      const word = shellQuote(name);
      expect(findDanger(` ${word}`)).toBeUndefined();
      expect(execFileSync('sh', ['-c', `printf %s ${word}`], { encoding: 'utf8' })).toBe(name);
    },
  );
});

describe('an annotation', () => {
  it('is one command whatever is in it', () => {
    for (const name of HOSTILE_NAMES) {
      const line = errorAnnotation(name, name);
      expect(line).toMatch(/^::error title=[^:,]*::/);
      expect(findDanger(line.slice('::error'.length))).toBeUndefined();
    }
  });
});
