import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WatchEvent, WatchLine } from '../../../src/documents/watch.js';
import { actOnEvents } from '../../../src/watch/actions/act-on-events.js';
import { parseAction } from '../../../src/watch/actions/parse-action.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-actions-'));
  // Appends what it was given, its standard input and a variable to the file that is its first argument.
  await writeFile(
    join(folder, 'record.mjs'),
    `import { appendFileSync, readFileSync } from 'node:fs';
     const [file, ...rest] = process.argv.slice(2);
     appendFileSync(file, JSON.stringify([rest, JSON.parse(readFileSync(0, 'utf8')).kind, process.env.EVENT_CLASS]) + '\\n');`,
  );
  // Starts another process, and waits for ever; neither heeds the request to end.
  await writeFile(
    join(folder, 'hang.mjs'),
    `import { spawn } from 'node:child_process';
     import { writeFileSync } from 'node:fs';
     process.on('SIGTERM', () => {});
     const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
     writeFileSync(process.argv[2], String(child.pid));
     setInterval(() => {}, 1000);`,
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const event = (more: Partial<WatchEvent> = {}): WatchEvent => ({
  kind: 'collapse',
  class: '$(id) "x"',
  metric: 'msssim',
  since: { set: 'step_300', step: 300 },
  message: 'It is so.',
  evidence: { statistic: 9, threshold: 5 },
  ...more,
});

const line = (events: WatchEvent[]): WatchLine => ({
  schema: 'ganeval/watch@1',
  set: 'step_500',
  step: 500,
  status: 'scored',
  metrics: [],
  warnings: [],
  events,
  run: { time: '2026-01-01T00:00:00.000Z', seconds: 1 },
});

async function act(
  actions: [flag: 'on' | 'on-shell', kind: string, text: string][],
  events: WatchEvent[],
  { timeout = 20, signal }: { timeout?: number; signal?: AbortSignal } = {},
): Promise<string[]> {
  const notes: string[] = [];
  const hooks = { signal, onNote: (note: string) => notes.push(note) };
  await actOnEvents(line(events), { actions: actions.map((each) => parseAction(...each)), timeout }, hooks);
  return notes;
}

const own = (name: string) => join(folder, name);
const script = (name: string) => `'${process.execPath}' '${own(name)}'`;

test('commands of the kind run in order, with the event in words, input and variables, and without a shell', async () => {
  const run = (what: string) => `${script('record.mjs')} '${own('log')}' ${what} {class} s={step}`;
  const notes = await act(
    [
      ['on', 'collapse', run('one')],
      ['on', 'plateau', run('none')],
      ['on', 'any', run('all')],
      ['on-shell', 'plateau', `echo "$EVENT_KIND-$EVENT_STEP" >> '${own('log')}'`],
    ],
    [event(), event({ kind: 'plateau', class: undefined })],
  );
  expect(notes).toEqual([]);
  expect((await readFile(own('log'), 'utf8')).trim().split('\n')).toEqual([
    JSON.stringify([['one', '$(id) "x"', 's=500'], 'collapse', '$(id) "x"']),
    JSON.stringify([['all', '$(id) "x"', 's=500'], 'collapse', '$(id) "x"']),
    JSON.stringify([['none', '', 's=500'], 'plateau', '']),
    JSON.stringify([['all', '', 's=500'], 'plateau', '']),
    'plateau-500',
  ]);
});

test('a command that fails, is not there, or would take a name for an option is told in one sentence', async () => {
  const place = 'The command for collapse (at step_500, class -x)';
  expect(
    await act(
      [
        ['on', 'any', `'${process.execPath}' -e 'process.exit(3)'`],
        ['on', 'any', own('absent')],
        ['on', 'any', 'echo {class}'],
      ],
      [event({ class: '-x' })],
    ),
  ).toEqual([
    `${place} ended with exit code 3; the watch goes on.`,
    `${place} could not be started (ENOENT); the watch goes on.`,
    `${place} was not run, because {class} is "-x" there, which it could take for an option: write it behind something, as in --name={class}; the watch goes on.`,
  ]);
});

test.runIf(process.platform !== 'win32')(
  'a command that hangs is ended with what it started, at its time limit and at Ctrl-C',
  async () => {
    const hang = (file: string): ['on', string, string] => [
      'on',
      'any',
      `${script('hang.mjs')} '${own(file)}'`,
    ];
    expect(await act([hang('late')], [event()], { timeout: 1 })).toEqual([
      'The command for collapse (at step_500, class $(id) "x") took more than 1 seconds and was ended; the watch goes on.',
    ]);
    const controller = new AbortController();
    const acting = act([hang('stopped')], [event()], { signal: controller.signal });
    while (!(await readFile(own('stopped'), 'utf8').catch(() => ''))) await setTimeout(20);
    controller.abort();
    await expect(acting).rejects.toThrow();
    for (const file of ['late', 'stopped']) {
      const pid = Number(await readFile(own(file), 'utf8'));
      await expect.poll(() => isRunning(pid), { timeout: 5000 }).toBe(false);
    }
  },
);

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
