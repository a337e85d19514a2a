import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findInFolder } from '../../../src/networks/import/find-in-folder.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-folder-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('of a folder of timm the tensors tell the network, and a note says how it is fed', async () => {
  const timm = join(folder, 'vit_small.timm');
  await mkdir(timm);
  await writeFile(
    join(timm, 'config.json'),
    JSON.stringify({ pretrained_cfg: { input_size: [3, 518, 518] } }),
  );
  await writeFile(join(timm, 'model.safetensors'), 'weights');
  expect(await findInFolder(timm)).toEqual({
    file: join(timm, 'model.safetensors'),
    name: 'vit-small.timm',
    note: expect.stringContaining("not as timm's config.json does"),
  });
  expect(await findInFolder(join(timm, 'model.safetensors'))).toBeUndefined();
});
