import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WatchLine } from '../../src/documents/watch.js';
import { parseMlflowAddress } from '../../src/trackers/mlflow/address.js';
import { MlflowTracker } from '../../src/trackers/mlflow/mlflow.js';
import { event, failedLine, line, metric } from './lines.js';

interface Asked {
  readonly path: string;
  readonly fields: Record<string, unknown>;
  readonly token?: string;
}

/** What the server does in place of answering: a status with a body, or nothing at all. */
type Answer = { readonly status: number; readonly body: string; readonly location?: string } | 'hang';

let folder: string;
let server: Server;
let url: string;
let asked: Asked[];
let opened: MlflowTracker[];
/** Takes the next requests of its path. */
let instead: ((path: string) => Answer | undefined) | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ganeval-mlflow-'));
  asked = [];
  opened = [];
  instead = undefined;
  server = createServer(async (request, response) => {
    const at = new URL(request.url ?? '', 'http://x');
    const path = at.pathname.replace('/api/2.0/mlflow/', '');
    const answer = instead?.(path);
    if (answer === 'hang') return;
    const fields =
      request.method === 'GET' ? Object.fromEntries(at.searchParams) : JSON.parse(await read(request));
    asked.push({ path, fields, token: request.headers.authorization });
    const { status, body, location } = answer ?? play(path);
    response.writeHead(status, location ? { location } : {}).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  // A connection that is kept would keep the process.
  for (const tracker of opened) await tracker.close().catch(() => undefined);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

async function read(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of request) text += piece;
  return text;
}

/** The answers of MLflow 3.17.2, as far as they are read. */
function play(path: string): { status: number; body: string; location?: string } {
  const refusal = JSON.stringify({
    error_code: 'RESOURCE_DOES_NOT_EXIST',
    message: 'Could not find experiment',
  });
  if (path === 'experiments/get-by-name') return { status: 404, body: refusal };
  const answers: Record<string, unknown> = {
    'experiments/create': { experiment_id: '1' },
    'runs/create': { run: { info: { run_id: 'abc1' } } },
    'runs/search': { runs: [{ info: { run_id: 'abc1' } }] },
  };
  return { status: 200, body: JSON.stringify(answers[path] ?? {}) };
}

const progressFile = () => join(folder, 'mlflow.json');

function open(
  more: { runId?: string; url?: string; token?: string; pauseMs?: number; signal?: AbortSignal } = {},
): MlflowTracker {
  const tracker = new MlflowTracker({
    address: parseMlflowAddress(more.url ?? url, more.token),
    progressFile: progressFile(),
    experiment: 'watched',
    runName: 'samples',
    timeoutMs: 300,
    backoffMs: 1,
    pauseMs: more.pauseMs ?? 0,
    ...(more.runId && { runId: more.runId }),
    ...(more.signal && { signal: more.signal, timeoutMs: 60_000 }),
  });
  opened.push(tracker);
  return tracker;
}

function take(tracker: MlflowTracker, lines: readonly WatchLine[]): MlflowTracker {
  for (const each of lines) tracker.take(each);
  return tracker;
}

const paths = () => asked.map(({ path }) => path);
const sent = () => asked.flatMap(({ path, fields }) => (path === 'runs/log-batch' ? [fields] : []));
const steps = () =>
  sent().flatMap(({ metrics }) =>
    (metrics as { key: string; step: number }[])
      .filter(({ key }) => key === 'ganeval/fid')
      .map(({ step }) => step),
  );
const lines = Array.from({ length: 5 }, (_, i) => line(i));

describe('a server that is there', () => {
  it('gets a run of an experiment, numbers with step and time, and what happened', async () => {
    const perClass = [{ class: 'cat/..\n', value: 1, n: 2 }];
    const told = line(1, {
      metrics: [metric('msssim', 0.25, { network: 'a b', perClass })],
      events: [event('It rose.')],
    });
    const tracker = take(open({ token: 'secret' }), [line(0), told, failedLine(2, 'No\npictures.')]);
    await tracker.update();
    await tracker.close();
    expect(paths()).toEqual([
      'experiments/get-by-name',
      'experiments/create',
      'runs/create',
      'runs/log-batch',
      'runs/update',
    ]);
    expect(asked.every(({ token }) => token === 'Bearer secret')).toBe(true);
    expect(asked[2].fields).toMatchObject({ experiment_id: '1', run_name: 'samples', start_time: 1.7e12 });
    const place = { timestamp: 1.7e12, step: 0 };
    const next = { timestamp: 1.7e12 + 60_000, step: 100 };
    expect(sent()).toEqual([
      {
        run_id: 'abc1',
        metrics: [
          { key: 'ganeval/fid', value: 15, ...place },
          { key: 'ganeval/fid_low', value: 10, ...place },
          { key: 'ganeval/fid_high', value: 20, ...place },
          { key: 'ganeval/fid_real', value: 0.5, ...place },
          { key: 'ganeval/msssim_on_a b', value: 0.25, ...next },
          {
            key: expect.stringMatching(/^ganeval\/msssim_on_a b_by_class\/cat_\.\.__[0-9a-f]{8}$/),
            value: 1,
            ...next,
          },
        ],
        tags: [{ key: 'ganeval.events', value: 'step_1: It rose.\nstep_2: failed: No\\npictures.' }],
      },
    ]);
    expect(asked.at(-1)?.fields).toMatchObject({ run_id: 'abc1', status: 'FINISHED' });
  });

  it('gets each line once, over several watches', async () => {
    const first = take(open(), lines.slice(0, 2));
    await first.update();
    await first.close();
    const second = take(open(), lines.slice(0, 2));
    await second.update();
    for (const each of lines.slice(2)) await take(second, [each]).update();
    await second.close();
    expect(steps()).toEqual([0, 100, 200, 300, 400]);
    expect(paths().filter((path) => path === 'runs/create')).toHaveLength(1);
    expect(JSON.parse(readFileSync(progressFile(), 'utf8'))).toMatchObject({ url, runId: 'abc1', sent: 5 });
  });

  it('gets lines of many numbers in several requests', async () => {
    const perClass = Array.from({ length: 2500 }, (_, i) => ({ class: `c${i}`, value: i, n: 1 }));
    await take(open(), [line(0, { metrics: [metric('msssim', 1, { perClass })] }), line(1)]).update();
    expect(sent().map(({ metrics }) => (metrics as unknown[]).length)).toEqual([1000, 1000, 501, 4]);
  });

  it('gets them into the training’s own run, and does not end that', async () => {
    const tracker = take(open({ runId: 'training1' }), lines);
    await tracker.update();
    await tracker.close();
    expect([...new Set(paths())]).toEqual(['runs/log-batch']);
    expect(sent()[0].run_id).toBe('training1');
  });

  it('is asked for the run that a killed watch may have made', async () => {
    instead = (path) => (path === 'runs/create' ? { status: 200, body: '{"run":' } : undefined);
    await expect(take(open(), lines).update()).rejects.toThrow('answers, and not as MLflow does');
    instead = undefined;
    asked = [];
    await take(open(), lines).update();
    expect(paths()).toEqual([
      'experiments/get-by-name',
      'experiments/create',
      'runs/search',
      'runs/log-batch',
    ]);
  });
});

describe('a server that is not as it should be', () => {
  it.each<[string, Answer, RegExp]>([
    ['never answers', 'hang', /gives no answer in 0\.3 s; what is not sent yet stays in watch\.jsonl\.$/],
    [
      'leads elsewhere',
      { status: 302, body: '', location: 'http://169.254.0.1/' },
      /leads to another address, which is not followed/,
    ],
    ['answers garbage', { status: 200, body: '\0<html>' }, /answers, and not as MLflow does/],
    ['answers a list', { status: 200, body: '[]' }, /answers, and not as MLflow does/],
    [
      'answers no run',
      { status: 200, body: '{"experiment_id":{"toString":1}}' },
      /has no experiment.experiment_id/,
    ],
    ['answers without end', { status: 200, body: 'x'.repeat(2 ** 21) }, /answers, and not as MLflow does/],
    [
      'refuses',
      { status: 403, body: '{"message":"no\\u001b[31m"}' },
      /answers 403 \(no\\u\{1b\}\[31m\); a token goes into MLFLOW_TRACKING_TOKEN/,
    ],
    ['fails', { status: 503, body: 'busy' }, /answers 503;/],
  ])('one that %s is one sentence, and gets the lines later', async (_, answer, sentence) => {
    instead = () => answer;
    const tracker = take(open(), lines);
    await expect(tracker.update()).rejects.toThrow(sentence);
    instead = undefined;
    await tracker.update();
    expect(steps()).toEqual([0, 100, 200, 300, 400]);
  });

  it('that hangs keeps nobody waiting who interrupts the watch', async () => {
    const interruption = new AbortController();
    const tracker = take(open({ signal: interruption.signal }), lines);
    await tracker.update();
    take(tracker, lines);
    instead = () => 'hang';
    const begin = performance.now();
    const sending = tracker.update();
    setTimeout(() => interruption.abort(), 50);
    await expect(sending).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    await tracker.close();
    expect(performance.now() - begin).toBeLessThan(10_000);
  });

  it('is told that an interrupted run is finished, and not waited for', async () => {
    const interruption = new AbortController();
    const tracker = take(open({ signal: interruption.signal }), lines);
    await tracker.update();
    interruption.abort();
    await tracker.close();
    expect(asked.at(-1)).toMatchObject({ path: 'runs/update', fields: { status: 'FINISHED' } });
    const next = take(open({ signal: interruption.signal }), lines);
    await expect(next.update()).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  });

  it('is tried again where it is only busy, and left alone for a while where it is away', async () => {
    let busy = 2;
    instead = () => (busy-- > 0 ? { status: 503, body: '' } : undefined);
    await take(open(), lines).update();
    expect(steps()).toHaveLength(5);
    rmSync(progressFile());
    const away = take(open({ pauseMs: 60_000, url: 'http://127.0.0.1:9' }), lines);
    await expect(away.update()).rejects.toThrow('cannot be reached (ECONNREFUSED)');
    const begin = performance.now();
    await expect(away.update()).rejects.toThrow('cannot be reached');
    expect(performance.now() - begin).toBeLessThan(50);
    await away.close();
  });

  it('is told of a file that is no record of what was sent', async () => {
    writeFileSync(progressFile(), '{"sent": -1}');
    await expect(take(open(), lines).update()).rejects.toThrow(
      `${progressFile()} cannot be used (it holds something else): delete it, and all lines are sent into a new run.`,
    );
    expect(asked).toEqual([]);
  });
});

describe('its address', () => {
  it.each([
    ['mlruns', 'MLflow itself opens folders no more'],
    ['file:///tmp/mlruns', 'it takes the address of a server'],
    ['http://user:pass@host', 'it takes no password'],
    ['https://host/?a=1', 'without ? and #'],
    ['http://mlflow.example', 'only over https, or to this machine'],
    ['http://127.0.0.1.example', 'only over https, or to this machine'],
  ])('cannot be %s', (text, why) => {
    expect(() => parseMlflowAddress(text, 'token')).toThrow(why);
  });

  it('may have a path; a token has no line breaks', () => {
    expect(parseMlflowAddress('https://host:1/a/b/', 't')).toEqual({
      url: 'https://host:1/a/b',
      isLocal: false,
      token: 't',
    });
    expect(parseMlflowAddress('http://[::1]:5000/')).toEqual({ url: 'http://[::1]:5000', isLocal: true });
    expect(parseMlflowAddress('http://mlflow.example')).toMatchObject({ isLocal: false });
    expect(() => parseMlflowAddress(url, 'a\nb')).toThrow(
      'MLFLOW_TRACKING_TOKEN has characters that no token has',
    );
  });
});
