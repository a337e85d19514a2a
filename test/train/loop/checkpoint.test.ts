import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NetworkError, UsageError } from '../../../src/core/errors.js';
import { checkIdentity, readCheckpoint, writeCheckpoint } from '../../../src/train/loop/checkpoint.js';
import { TrainingLog } from '../../../src/train/loop/training-log.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-checkpoint-'));
});
afterAll(() => rm(folder, { recursive: true }));

const checkpoint = {
  identity: { recipe: '{"epochs":3}', pictures: 'äöü' },
  progress: { step: 17, seconds: 3.25 },
  tensors: new Map([
    ['weight/a', { shape: [2, 2], data: Float32Array.of(1, -0, 1e-45, 3e38) }],
    ['none', { shape: [0], data: new Float32Array(0) }],
    ['weight/b', { shape: [], data: Float32Array.of(0.1) }],
  ]),
};

describe('a checkpoint', () => {
  it('comes back to the bit', async () => {
    const path = join(folder, 'whole');
    await writeCheckpoint(path, checkpoint);
    const sha256 = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
    expect(await readCheckpoint(path)).toEqual({ ...checkpoint, sha256 });
  });

  it('is a safetensors file', async () => {
    const path = join(folder, 'format');
    await writeCheckpoint(path, checkpoint);
    const file = await readFile(path);
    const length = Number(file.readBigUInt64LE());
    expect(length % 8).toBe(0);
    const header = JSON.parse(file.toString('utf8', 8, 8 + length));
    expect(header['weight/b']).toEqual({ dtype: 'F32', shape: [], data_offsets: [16, 20] });
    expect(file.readFloatLE(8 + length + 16)).toBeCloseTo(0.1, 7);
    expect(file).toHaveLength(8 + length + 20);
    for (const value of Object.values(header.__metadata__)) expect(value).toBeTypeOf('string');
  });

  it('that is damaged or cut short is refused, wherever the damage is; an absent one is undefined', async () => {
    const path = join(folder, 'damaged');
    await writeCheckpoint(path, checkpoint);
    const file = await readFile(path);
    const broken = [file.subarray(0, 5), file.subarray(0, 40), file.subarray(0, -1), Buffer.alloc(0)];
    for (const at of [3, 9, file.length - 2]) {
      const flipped = Buffer.from(file);
      flipped[at] ^= 1;
      broken.push(flipped);
    }
    for (const content of broken) {
      await writeFile(path, content);
      await expect(readCheckpoint(path)).rejects.toThrow(NetworkError);
    }
    expect(await readCheckpoint(join(folder, 'absent'))).toBeUndefined();
    await expect(readCheckpoint(folder)).rejects.toThrow('it is not a regular file');
  });

  it('belongs to the run that it was written by', () => {
    expect(() => checkIdentity('c', checkpoint, { ...checkpoint.identity })).not.toThrow();
    const other = { recipe: checkpoint.identity.recipe, pictures: 'others', more: 'x' };
    expect(() => checkIdentity('c', checkpoint, other)).toThrow(UsageError);
    expect(() => checkIdentity('c', checkpoint, other)).toThrow('differs in pictures, more');
  });
});

describe('a training log', () => {
  it('gone on with after a step loses what came later and a line that was cut off', async () => {
    const path = join(folder, 'log.jsonl');
    const log = await TrainingLog.open(path, 0);
    for (const step of [20, 40, 60]) await log.write({ step, loss: step / 10 });
    await writeFile(path, `${await readFile(path, 'utf8')}{"step": 4`);
    const resumed = await TrainingLog.open(path, 45);
    await resumed.write({ step: 60, loss: 1 });
    expect(await readFile(path, 'utf8')).toBe(
      '{"step":20,"loss":2}\n{"step":40,"loss":4}\n{"step":60,"loss":1}\n',
    );
    await TrainingLog.open(path, 0);
    expect(await readFile(path, 'utf8')).toBe('');
  });
});
