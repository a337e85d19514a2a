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

it('of a folder of open_clip the same, where no other file has the network', async () => {
  const clip = join(folder, 'CLIP-ViT-B-32-laion2B');
  await mkdir(clip);
  await writeFile(join(clip, 'open_clip_model.safetensors'), 'weights');
  await expect(findInFolder(clip)).rejects.toThrow(/has weights \(open_clip_model\.safetensors\)/);
  await writeFile(join(clip, 'open_clip_config.json'), JSON.stringify({ model_cfg: {} }));
  expect(await findInFolder(clip)).toEqual({
    file: join(clip, 'open_clip_model.safetensors'),
    name: 'clip-vit-b-32-laion2b',
    note: expect.stringContaining('not as open_clip_config.json does'),
  });
});
