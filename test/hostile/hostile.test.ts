import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CORPUS } from './corpus/index.js';
import type { HostileCase } from './hostile-case.js';
import { type Answer, Program } from './program.js';
import { hostileTable, type TableRow } from './table.js';

/** The networks and libraries take 200 MB of it; what a bomb would unpack to lies far above. */
const PEAK_BYTES = 700 * 2 ** 20;
/** Longer ones are not readable as one sentence. */
const SENTENCE_LENGTH = 4000;

let root: string;
let temporary: string;
let asUser: Program;
let asNobody: Program;
const rows: TableRow[] = [];

beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'ganeval-hostile-')));
  temporary = join(root, 'temporary');
  mkdirSync(temporary);
  chmodSync(root, 0o755);
  chmodSync(temporary, 0o777);
  asUser = new Program(temporary);
  asNobody = new Program(temporary, true);
});

afterAll(() => {
  asUser.stop();
  asNobody.stop();
  remove(root);
});

/** Even folders that are closed, or too deep for a path. */
function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
    return;
  } catch {
    // The programs below can; to start them for every case would take long.
  }
  execFileSync('chmod', ['-R', 'u+rwX', folder], { stdio: 'ignore' });
  execFileSync('rm', ['-rf', folder]);
}

/** Every path below a folder, links not followed; only the top of what is too deep to be named. */
function contents(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? [path, ...contents(path)] : [path];
    });
  } catch {
    return [];
  }
}

async function judge(
  { name, make, exit, says, asNobody: isNobody }: HostileCase,
  number: number,
): Promise<void> {
  const folder = join(root, `case-${number}`);
  mkdirSync(folder);
  try {
    const invocation = await make(folder);
    const before = new Set(contents(root));
    const program = isNobody ? asNobody : asUser;
    const answer = await program.answer(invocation);
    // The next case is judged by a peak of its own.
    if (answer.peakBytes >= PEAK_BYTES) program.stop();
    const after = contents(root);
    rows.push({ name, exit: answer.exit, message: forTable(messageOf(answer, says), folder) });
    expect(answer.exit, answer.stderr).toBe(exit);
    if (exit === 0) expect(answer.stdout).toMatch(says);
    else {
      expect(answer.stdout).toBe('');
      expect(answer.stderr).toMatch(/^ganeval: [^\n]+[^.\n]\.\n$/);
      expect(answer.stderr).toMatch(says);
    }
    expect(answer.stderr).not.toMatch(/\n\s+at |This is a fault of ganeval/);
    expect(readableLength(answer.stderr, invocation.args)).toBeLessThan(SENTENCE_LENGTH);
    expect(answer.peakBytes).toBeLessThan(PEAK_BYTES);
    expect(after.filter((path) => !before.has(path))).toEqual([]);
  } finally {
    remove(folder);
  }
}

/** Length of a message without what the person wrote. */
function readableLength(message: string, args: readonly string[]): number {
  return args.reduce((text, arg) => text.replaceAll(arg || '…', '…'), message).length;
}

/** A message without what differs between machines: their paths, and the line and column that Node names from version 22 on. */
function forTable(message: string, folder: string): string {
  return message.replaceAll(folder, '…').replace(/(at position \d+) \(line \d+ column \d+\)/g, '$1');
}

/** The sentence that the person reads. */
function messageOf({ exit, stdout, stderr }: Answer, says: RegExp): string {
  if (exit !== 0) return stderr.replace(/^ganeval: /, '').trimEnd();
  return (
    stdout
      .split('\n')
      .find((line) => says.test(line))
      ?.trim() ?? ''
  );
}

describe('hostile input gets one sentence, the right exit code and no room', () => {
  it.each(CORPUS.map((one, number) => ({ ...one, number })))('$name', (one) => judge(one, one.number));

  it('is listed in the table', async () => {
    expect(new Set(CORPUS.map(({ name }) => name)).size).toBe(CORPUS.length);
    await expect(hostileTable(rows)).toMatchFileSnapshot('table.md');
  });
});
