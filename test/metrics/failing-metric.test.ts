import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type EvaluationResult,
  type MetricFault,
  parseResult,
  registerMetric,
  score,
} from '../../src/index.js';
import { FIXTURE } from '../evaluate/pictures.js';
import { confidence } from './toy-metric.js';

let folder: string;
let result: EvaluationResult;
const faults: MetricFault[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-failing-'));
  const throws = async () => {
    throw new Error('boom');
  };
  registerMetric({ ...confidence, id: 'throws', compute: throws });
  registerMetric({ ...confidence, id: 'not-a-number', compute: async () => ({ value: Number.NaN, n: 200 }) });
  const metrics = ['is', 'throws', 'not-a-number'];
  const hooks = { onFault: (fault: MetricFault) => faults.push(fault) };
  result = await score({ samples: FIXTURE, metrics, cacheDir: join(folder, 'cache') }, hooks);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('a registered metric that fails takes no other with it, and is not called a fault of ganeval', () => {
  expect(result.metrics).toMatchObject([
    { id: 'is', status: 'ok' },
    {
      id: 'throws',
      status: 'not-computed',
      reason: 'The metric throws failed (boom): report it to whoever wrote the metric.',
      fault: 'metric',
    },
    {
      id: 'not-a-number',
      status: 'not-computed',
      reason: expect.stringContaining('gave no valid result (value is NaN'),
      fault: 'metric',
    },
  ]);
});

it('who runs it hears of the fault, with what was thrown', () => {
  expect(faults).toMatchObject([
    { id: 'throws', subject: 'samples', fault: 'metric', error: { message: 'boom' } },
    {
      id: 'not-a-number',
      subject: 'samples',
      fault: 'metric',
      error: { message: expect.stringContaining('value is NaN') },
    },
  ]);
});

it('the result can be written and read', () => {
  expect(parseResult(JSON.parse(JSON.stringify(result)))).toEqual(result);
});
