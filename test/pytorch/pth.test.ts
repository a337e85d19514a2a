import { createWriteStream, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { openPth, type PthTensor, readPth } from '../../src/pytorch/index.js';
import {
  ascii,
  bytes,
  call,
  dict,
  global,
  NONE,
  ORDERED_DICT,
  pickle,
  tensor,
  text,
  tuple,
} from './pickle-bytes.js';
import { entriesOf, FOUR_FLOATS, legacy, zip, zipped } from './pth-bytes.js';

interface Expected {
  readonly dtype: string;
  readonly shape: number[];
  /** int64 as decimal text, everything else as the bits of a float32. */
  readonly values: (string | number)[];
}

const expected: Record<string, Record<string, Expected>> = JSON.parse(
  readFileSync('fixtures/pytorch/expected.json', 'utf8'),
);

function asExpected({ data }: PthTensor): (string | number)[] {
  return data instanceof BigInt64Array ? [...data].map(String) : [...new Uint32Array(data.buffer)];
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pth-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function put(content: Buffer): Promise<string> {
  const path = join(folder, 'net.pth');
  await writeFile(path, content);
  return path;
}

describe('a file that PyTorch wrote', () => {
  const files = Object.keys(expected).flatMap((name) => [
    [`${name}.pth`, name],
    [`${name}-legacy.pth`, name],
  ]);
  it.each([...files, ['module-protocol4.pth', 'module']])('%s reads bit by bit', async (file, name) => {
    const tensors = await readPth(`fixtures/pytorch/${file}`);
    expect([...tensors.keys()]).toEqual(Object.keys(expected[name]));
    for (const [key, { shape, values }] of Object.entries(expected[name])) {
      expect(tensors.get(key)!.shape, key).toEqual(shape);
      expect(asExpected(tensors.get(key)!), key).toEqual(values);
    }
  });

  it('gives names, shapes and types before any value is read, and reads one tensor alone', async () => {
    const pth = await openPth('fixtures/pytorch/dtypes.pth');
    try {
      const facts = Object.entries(expected.dtypes).map(([name, { dtype, shape }]) => [
        name,
        { dtype, shape },
      ]);
      expect([...pth.tensors]).toEqual(facts);
      expect(asExpected(await pth.read('bfloat16'))).toEqual(expected.dtypes.bfloat16.values);
      await expect(pth.read('toString')).rejects.toThrow(RangeError);
    } finally {
      await pth.close();
    }
  });
});

describe('what other versions of PyTorch write', () => {
  const values = async (content: Buffer) => [...(await readPth(await put(content))).get('weight')!.data];

  it('the plain file that the others are made of', async () => {
    expect(await values(zip(entriesOf()))).toEqual([1, 2, 3, 4]);
    expect(await values(legacy())).toEqual([1, 2, 3, 4]);
  });

  it('a byte order, since 2.1, and entries that are not needed', async () => {
    const little = [{ name: 'net/byteorder', data: ascii('little') }];
    const more = { name: 'net/.data/serialization_id', data: ascii('0123') };
    expect(await values(zip([...entriesOf(), ...little, more]))).toEqual([1, 2, 3, 4]);
    const swapped = entriesOf(undefined, Buffer.from(FOUR_FLOATS).swap32());
    expect(await values(zip([...swapped, { name: 'net/byteorder', data: ascii('big') }]))).toEqual([
      1, 2, 3, 4,
    ]);
  });

  it('zip64', async () => {
    const path = join(folder, 'zip64.pth');
    const writer = new ZipFile();
    for (const { name, data } of entriesOf()) {
      writer.addBuffer(data, name, { compress: false, forceZip64Format: true });
    }
    writer.end({ forceZip64Format: true, comment: '' });
    await pipeline(writer.outputStream, createWriteStream(path));
    expect(readFileSync(path).includes(ascii('PK\x06\x06'))).toBe(true);
    expect([...(await readPth(path)).get('weight')!.data]).toEqual([1, 2, 3, 4]);
  });

  it("Python 2's texts, and its OrderedDict of pairs", async () => {
    const name = Buffer.concat([ascii('U'), bytes(6), ascii('weight')]);
    const pairs = Buffer.concat([ascii(']]'), name, ascii('a'), tensor(), ascii('aa')]);
    expect(await values(legacy({ data: pickle(call(global('collections', 'OrderedDict'), pairs)) }))).toEqual(
      [1, 2, 3, 4],
    );
  });

  it('a persistent id with None for the view, before 1.6', async () => {
    const id = tuple(
      text('storage'),
      global('torch', 'FloatStorage'),
      text('0'),
      text('cuda:0'),
      bytes(0x4b, 4),
      NONE,
    );
    const view = [id, ascii('Q'), bytes(0x4b, 1), tuple(bytes(0x4b, 2)), tuple(bytes(0x4b, 2))];
    const data = pickle(dict({ weight: call(global('torch._utils', '_rebuild_tensor'), ...view) }));
    expect(await values(legacy({ data }))).toEqual([2, 4]);
  });

  it('a state_dict whose _metadata comes as an attribute', async () => {
    const attributes = dict({ _metadata: ORDERED_DICT });
    expect(await values(zipped(pickle(dict({ weight: tensor() }), attributes, ascii('b'))))).toEqual([
      1, 2, 3, 4,
    ]);
  });
});

it('gathers any view as its definition says', async () => {
  const stored = new Float32Array(60).map((_, i) => i);
  const axis = fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 }));
  await fc.assert(
    fc.asyncProperty(
      fc.array(axis, { maxLength: 3 }),
      fc.integer({ min: 0, max: 10 }),
      async (axes, offset) => {
        const shape = axes.map(([side]) => side);
        const strides = axes.map(([, stride]) => stride);
        let places = [offset];
        for (const [side, stride] of axes) {
          places = places.flatMap((place) => Array.from({ length: side }, (_, i) => place + i * stride));
        }
        const data = pickle(dict({ view: tensor({ length: 60, offset, shape, strides }) }));
        const view = (await readPth(await put(zipped(data, Buffer.from(stored.buffer))))).get('view')!;
        expect(view.shape).toEqual(shape);
        expect([...view.data]).toEqual(places);
      },
    ),
    { numRuns: 150 },
  );
});
