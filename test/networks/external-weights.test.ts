import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NetworkError } from '../../src/core/errors.js';
import { openExtractor } from '../../src/networks/extractor.js';
import { openNetwork } from '../../src/networks/network.js';
import { externalConstantNetwork, externalNetwork, TINY_WEIGHTS } from './external-model.js';
import { digestOfBytes } from './tiny-card.js';
import { tinyNetwork } from './tiny-network.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-external-'));
  await mkdir(join(folder, 'model'));
});
afterEach(() => rm(folder, { recursive: true }));

const at = (...names: string[]) => join(folder, 'model', ...names);
const open = (path: string) => openNetwork(path, { normalize: '[0,255]' });

async function write(bytes: Uint8Array, weights: Uint8Array | undefined = TINY_WEIGHTS) {
  await writeFile(at('tiny.onnx'), bytes);
  if (weights) await writeFile(at('tiny.data'), weights);
  return at('tiny.onnx');
}

async function logitsOf(path: string): Promise<number[]> {
  const extractor = await openExtractor(await open(path), { downsample: 'decimate', device: 'cpu' });
  const { logits } = await extractor.run({
    pixels: new Uint8Array(192).fill(9),
    count: 1,
    height: 8,
    width: 8,
  });
  await extractor.close();
  return [...logits];
}

describe('weights in another file', () => {
  it.each([
    ['of the graph', externalNetwork],
    ['of a constant', externalConstantNetwork],
  ])('are read: %s', async (_, make) => {
    const path = await write(make({ location: 'tiny.data', offset: '0', length: '24' }));
    expect(await logitsOf(path)).toEqual([9, 18]);
  });

  it('may begin anywhere, and end where their shape does', async () => {
    const weights = Buffer.concat([Buffer.alloc(4096), TINY_WEIGHTS, Buffer.alloc(7)]);
    expect(
      await logitsOf(await write(externalNetwork({ location: 'tiny.data', offset: '4096' }), weights)),
    ).toEqual([9, 18]);
  });

  it('may lie in a folder inside', async () => {
    await mkdir(at('weights'));
    await writeFile(at('weights', 'a'), TINY_WEIGHTS);
    expect(await logitsOf(await write(externalNetwork({ location: './weights/a' })))).toEqual([9, 18]);
  });

  it.each([
    ['of the graph', externalNetwork],
    ['of a constant', externalConstantNetwork],
  ])('are part of the identity: %s', async (_, make) => {
    const path = await write(make({ location: 'tiny.data' }));
    const before = await open(path);
    const changed = TINY_WEIGHTS.slice();
    changed[20] = 1;
    await writeFile(at('tiny.data'), changed);
    const after = await open(path);
    expect(after.sha256).not.toBe(before.sha256);
    expect(after.identity).not.toBe(before.identity);
    await writeFile(at('tiny.data'), TINY_WEIGHTS);
    expect((await open(path)).identity).toBe(before.identity);
  });

  it('leave the digest of a network in one file as it is', async () => {
    const path = await write(tinyNetwork(), undefined);
    expect((await open(path)).sha256).toBe(digestOfBytes(await readFile(path)));
  });

  it('are found behind links of the model and of the weights to one folder, as in the cache of Hugging Face', async () => {
    await mkdir(join(folder, 'blobs'));
    await writeFile(join(folder, 'blobs', 'aa'), externalNetwork({ location: 'tiny.data' }));
    await writeFile(join(folder, 'blobs', 'bb'), TINY_WEIGHTS);
    await symlink('../blobs/aa', at('tiny.onnx'));
    await symlink('../blobs/bb', at('tiny.data'));
    expect(await logitsOf(at('tiny.onnx'))).toEqual([9, 18]);
  });

  describe.each([
    ['of the graph', externalNetwork],
    ['of a constant', externalConstantNetwork],
  ])('%s', (_, make) => {
    it.each<[what: string, external: object, message: string]>([
      ['above the folder', { location: '../secret' }, 'outside its own folder, where nothing is read'],
      ['above and back', { location: 'x/../../model/tiny.data' }, 'outside its own folder'],
      ['above in the way of Windows', { location: '..\\secret' }, 'outside its own folder'],
      ['by a whole path', { location: '/etc/passwd' }, 'outside its own folder'],
      ['by a whole path of Windows', { location: 'C:\\secret' }, 'outside its own folder'],
      ['by a drive of Windows', { location: 'C:secret' }, 'outside its own folder'],
      ['behind a link', { location: 'link' }, 'outside its own folder'],
      ['behind a linked folder', { location: 'folder/secret' }, 'outside its own folder'],
      ['with a zero in its name', { location: 'tiny.data\0' }, 'outside its own folder'],
      ['in the memory of the runtime', { location: '*/_ORT_MEM_ADDR_/*' }, 'cannot be read (ENOENT)'],
      ['in a pipe', { location: 'pipe' }, 'it is not a regular file'],
      ['in a folder', { location: '.' }, 'outside its own folder'],
      ['nowhere', { location: 'none' }, 'cannot be read (ENOENT)'],
      ['without a name', {}, 'is said to be in another file, which is not named'],
      ['beyond the end', { location: 'tiny.data', offset: '8' }, 'it has 24 bytes and 32 are needed'],
      ['before the beginning', { location: 'tiny.data', offset: '-8' }, 'begins at no byte'],
      ['at a huge byte', { location: 'tiny.data', offset: '9'.repeat(15) }, 'it has 24 bytes'],
      ['at a huger byte', { location: 'tiny.data', offset: '9'.repeat(30) }, 'begins at no byte'],
      [
        'of another length',
        { location: 'tiny.data', length: '20' },
        'has "20" bytes where its shape needs 24',
      ],
    ])('are refused %s', async (_, external, message) => {
      await writeFile(join(folder, 'secret'), TINY_WEIGHTS);
      await symlink('../secret', at('link'));
      await symlink('..', at('folder'));
      execFileSync('mkfifo', [at('pipe')]);
      const opening = open(await write(make(external)));
      await expect(opening).rejects.toThrow(NetworkError);
      await expect(opening).rejects.toThrow(message);
    });
  });

  it('are refused where tensors make far more of a file than it has', async () => {
    const { fromBinary, toBinary } = await import('@bufbuild/protobuf');
    const { ModelProtoSchema } = await import('onnx-buf');
    const model = fromBinary(ModelProtoSchema, externalNetwork({ location: 'tiny.data' }));
    const initializers = model.graph?.initializer ?? [];
    const [tensor] = initializers;
    for (let i = 0; i < 100; i++) {
      initializers.push({ ...tensor, name: `again ${i}`, dims: [16_384n] });
    }
    const path = await write(toBinary(ModelProtoSchema, model), new Uint8Array(65_536));
    const opening = open(path);
    await expect(opening).rejects.toThrow(NetworkError);
    await expect(opening).rejects.toThrow(
      /makes 6553624 bytes of weights out of .*tiny\.data, which has 65536: export it again/,
    );
  });

  it('make no room for more than their file has', async () => {
    const bytes = await readFile(await write(externalNetwork({ location: 'tiny.data' })));
    // [3, 2] becomes [3, 2^30].
    const { fromBinary, toBinary } = await import('@bufbuild/protobuf');
    const { ModelProtoSchema } = await import('onnx-buf');
    const model = fromBinary(ModelProtoSchema, bytes);
    const [tensor] = model.graph?.initializer ?? [];
    tensor.dims = [3n, 2n ** 30n];
    await writeFile(at('tiny.onnx'), toBinary(ModelProtoSchema, model));
    await expect(open(at('tiny.onnx'))).rejects.toThrow(
      /cannot be read \(it has 24 bytes and 12884901888 are needed\)/,
    );
  });
});
