import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ReportSet, reportOptions } from '../../../src/cli/output/report-set.js';
import type { ReportKind } from '../../../src/report/format.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ganeval-report-set-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const NUMBERS: ReportKind<readonly number[]> = {
  formats: [
    {
      id: 'yaml',
      extension: 'yaml',
      what: 'a list',
      render: async (numbers) => numbers.map((each) => `- ${each}\n`).join(''),
    },
    { id: 'album', extension: 'html', what: 'pictures', showsPictures: true, render: async () => '<img>' },
  ],
  renderTerminal: async (numbers) => `${numbers.join(' ')}\n`,
};

describe('a list of formats', () => {
  it('becomes an option each', () => {
    expect(Object.keys(reportOptions(NUMBERS))).toEqual(['yaml', 'album']);
    expect(reportOptions(NUMBERS).yaml.description).toBe('File for a list; - for stdout');
  });

  it('is written to the files that were named, and the text for a person to stdout', async () => {
    const printed: string[] = [];
    const print = (text: string) => printed.push(text);
    const context = { print, printExact: (text: string) => printed.push(`exactly ${text}`) };
    const path = join(folder, 'n.yaml');
    await new ReportSet(NUMBERS, { yaml: path }).write([1, 2], context);
    expect(readFileSync(path, 'utf8')).toBe('- 1\n- 2\n');
    await new ReportSet(NUMBERS, { yaml: '-' }).write([3], context);
    expect(printed).toEqual(['1 2\n', 'exactly - 3\n']);
  });

  it('asks for pictures only where a format that was named shows them', () => {
    expect(new ReportSet(NUMBERS, { yaml: '-' }).showsPictures).toBe(false);
    expect(new ReportSet(NUMBERS, { album: '-' }).showsPictures).toBe(true);
  });
});
