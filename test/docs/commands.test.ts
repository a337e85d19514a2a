import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explainMisuse, findCommandLines } from './command-lines.js';
import { type CodeBlock, listUserPages, type Page, ROOT, readPage } from './markdown.js';
import { openWorkspace, type Workspace } from './workspace.js';

/**
 * Marks in HTML comments before a block of code:
 *
 * - `<!-- needs: the whole of CIFAR-10 -->`: the block is not run; its commands and options must exist
 * - `<!-- exit: 1 -->`: the exit code with which the block ends, where it is not 0
 * - `<!-- file: gate.json -->`: the text of the block becomes this file, for the blocks after it
 *
 * A `text` block right after a block that is run must be what that printed; a line of `…` stands for any lines.
 */
const RUN: Readonly<Record<string, (block: CodeBlock) => { command: string; args: string[] }>> = {
  sh: ({ text }) => ({ command: 'bash', args: ['-euo', 'pipefail', '-c', text] }),
  python: ({ text }) => ({ command: 'python3', args: ['-c', text] }),
  ts: ({ text }) => ({
    command: process.execPath,
    args: ['--input-type=module', '--eval', transformSync(text, { loader: 'ts', target: 'node20' }).code],
  }),
};

const pages = listUserPages();
const hasPython = spawnSync('python3', ['--version']).status === 0;

let workspace: Workspace;
beforeAll(async () => {
  workspace = await openWorkspace();
});
afterAll(() => rmSync(workspace.folder, { recursive: true, force: true }));

const isRun = ({ language, marks }: CodeBlock) => language in RUN && marks.needs === undefined;

describe.each(pages.filter(({ blocks }) => blocks.some(isRun)).map((page) => [page.path, page] as const))(
  'the code of %s',
  (_, page) => {
    let folder: string;
    let last: SpawnSyncReturns<string> | undefined;
    beforeAll(() => {
      folder = workspace.openFolder();
    });
    for (const [i, block] of page.blocks.entries()) {
      const title = `line ${block.line}: ${block.text.split('\n', 1)[0]}`;
      if (block.marks.file !== undefined) {
        it(`writes ${block.marks.file}`, () =>
          writeFileSync(join(folder, block.marks.file), `${block.text}\n`));
      }
      if (isRun(block)) {
        it.skipIf(block.language === 'python' && !hasPython)(title, () => {
          const { command, args } = RUN[block.language](block);
          last = spawnSync(command, args, { cwd: folder, env: workspace.environment, encoding: 'utf8' });
          expect({ code: last.status, stderr: last.status === 0 ? '' : last.stderr }).toEqual({
            code: Number(block.marks.exit ?? 0),
            stderr: last.status === 0 ? '' : expect.any(String),
          });
        });
      }
      const before = page.blocks[i - 1];
      if (block.language === 'text' && block.followsBlock && before && isRun(before)) {
        it.skipIf(before.language === 'python' && !hasPython)(`line ${block.line}: is what that prints`, () =>
          expectOutput(last?.stdout ?? '', block.text),
        );
      }
    }
  },
);

/** Every run of lines between two `…` must stand in the output, in this order. */
function expectOutput(output: string, shown: string): void {
  const printed = output.split('\n').map((line) => line.trimEnd());
  let from = 0;
  for (const part of shown.split(/^\s*…\s*$/m)) {
    const lines = part.split('\n').map((line) => line.trimEnd());
    while (lines.length > 0 && lines[0] === '') lines.shift();
    while (lines.length > 0 && lines.at(-1) === '') lines.pop();
    if (lines.length === 0) continue;
    const at = printed.findIndex((_, i) => i >= from && lines.every((line, j) => printed[i + j] === line));
    expect(at < 0 ? printed.slice(from).join('\n') : lines.join('\n')).toBe(lines.join('\n'));
    from = at + lines.length;
  }
}

describe('commands that are not run', () => {
  it.each(pages.map((page) => [page.path, page] as const))(
    '%s: exist with their options',
    async (_, page) => {
      const scripts = page.blocks
        .filter(({ language }) => ['sh', 'yaml', 'bash'].includes(language))
        .map(({ text, line }) => ({ text, line }));
      const inline = page.inlineCode.filter(({ text }) => /^(npx )?ganeval [a-z]/.test(text));
      const wrong: string[] = [];
      for (const { text, line } of scripts) {
        for (const words of findCommandLines(text)) wrong.push(...(await explain(page, words, line)));
        wrong.push(...explainScripts(page, text, line));
      }
      for (const { text, line } of inline) {
        for (const words of findCommandLines(text)) {
          const problem = await explain(page, words, line);
          // In a sentence a command may stand without its arguments, and an option without its value.
          wrong.push(
            ...problem.filter((each) => !/(misses an argument|needs (a value|\d values))$/.test(each)),
          );
        }
        wrong.push(...explainScripts(page, text, line));
      }
      expect(wrong).toEqual([]);
    },
  );
});

async function explain(page: Page, words: readonly string[], line: number): Promise<string[]> {
  const problem = await explainMisuse(words);
  return problem === undefined ? [] : [`${page.path}:${line}: ganeval ${words.join(' ')}: ${problem}`];
}

/** `npm run` of scripts that package.json does not have, or of benchmarks that are not there. */
function explainScripts(page: Page, text: string, line: number): string[] {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const benchmarks = readFileSync(join(ROOT, 'test/bench/main.js'), 'utf8');
  return [...text.matchAll(/npm run ([\w:-]+)((?: [a-z-]+)*)/g)].flatMap(([, script, args]) => {
    if (!(script in scripts)) return [`${page.path}:${line}: there is no script ${script}`];
    const names = script === 'bench' ? args.split(' ').filter((name) => name !== '') : [];
    return names
      .filter((name) => !benchmarks.includes(`'${name}'`))
      .map((name) => `${page.path}:${line}: there is no benchmark ${name}`);
  });
}

describe('README.md', () => {
  const readme = readPage('README.md');

  it('has at most 150 lines', () => {
    expect(readme.lines.length - 1).toBeLessThanOrEqual(150);
  });

  it('names two commands under "Two commands", one line each', () => {
    const start = readme.lines.indexOf('## Two commands');
    const end = readme.lines.findIndex((line, i) => i > start && line.startsWith('## '));
    const blocks = readme.blocks.filter(({ line }) => line > start && line < end);
    expect(blocks.map(({ language }) => language)).toEqual(['sh', 'sh']);
    expect(blocks.map(({ text }) => text)).toEqual([
      'npm ci && node bin/ganeval.js score fixtures/cifar10/test',
      'npm test',
    ]);
  });
});
