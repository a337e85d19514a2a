import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { run } from '../../src/cli/main.js';
import { readCatalogue } from '../../src/networks/catalogue.js';
import { listEmbedded } from '../../src/networks/known-networks.js';
import { storeNetwork } from '../../src/networks/store/store.js';
import { tinyCard } from '../networks/tiny-card.js';
import { tinyNetwork } from '../networks/tiny-network.js';

const { pullNetwork, importWeights } = vi.hoisted(() => ({ pullNetwork: vi.fn(), importWeights: vi.fn() }));
vi.mock('../../src/index.js', async (original) => ({
  ...(await original<object>()),
  pullNetwork,
  importWeights,
}));

let folder: string;
let stdout = '';
let stderr = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-models-'));
  stdout = '';
  stderr = '';
  vi.stubEnv('GANEVAL_MODELS_DIR', folder);
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += text;
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr += text;
    return true;
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  for (const mock of [pullNetwork, importWeights]) mock.mockReset();
  await rm(folder, { recursive: true, force: true });
});

const embeddedNames = async () => (await listEmbedded()).map(({ card }) => card.name);

const put = (name: string) => {
  const bytes = tinyNetwork();
  return storeNetwork({ ...tinyCard(name, bytes), license: 'free' }, bytes, folder);
};

describe('ganeval models list', () => {
  it('shows what is embedded, in the store, and to be pulled', async () => {
    await put('mine');
    expect(await run(['models', 'list'])).toBe(0);
    expect(stdout).toMatch(/^inception-cifar10 +embedded +\d\.\d MB/m);
    expect(stdout).toMatch(/^mine +in the store +\d+ B\n( {2}.*\n)* {2}license: free$/m);
    expect(stdout).toMatch(/^inception-v3 +can be pulled +95\.6 MB\n( {2}.*\n)* {2}license: Apache-2\.0/m);
    expect(stdout).toMatch(/^inception-v3-imagenet +can be pulled +–\n {2}\S/m);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(110);
    expect(stderr).toContain(folder);
  });

  it('shows a network of the catalogue once, where it is', async () => {
    await put('inception-v3');
    expect(await run(['models', 'list', '--json'])).toBe(0);
    const { store, networks } = JSON.parse(stdout);
    const places = networks.map(({ name, where }: { name: string; where: string }) => [name, where]);
    expect(store).toBe(folder);
    expect(places).toEqual([
      ...(await embeddedNames()).map((name) => [name, 'embedded']),
      ['inception-v3', 'store'],
      ...(await readCatalogue()).slice(1).map(({ name }) => [name, 'pull']),
    ]);
  });
});

describe('ganeval models verify and remove', () => {
  it('ends with 4 where weights are damaged, and names them', async () => {
    const { path } = await put('mine');
    expect(await run(['models', 'verify'])).toBe(0);
    expect(stdout).toBe([...(await embeddedNames()), 'mine'].map((name) => `✓ ${name}\n`).join(''));
    await writeFile(path, 'damaged');
    stdout = '';
    expect(await run(['models', 'verify', 'mine'])).toBe(4);
    expect(stdout).toContain(`✗ mine  ${path}: its SHA-256 is`);
    expect(await run(['models', 'verify', 'none'])).toBe(4);
  });

  it('removes a network, and ends with 4 where there is none', async () => {
    await put('mine');
    expect(await run(['models', 'remove', 'mine'])).toBe(0);
    expect(await run(['models', 'remove', 'mine'])).toBe(4);
    expect(stderr).toContain('mine is not in the store');
  });
});

describe('ganeval models pull and import', () => {
  it('passes what is wanted', async () => {
    pullNetwork.mockResolvedValue({ path: 'p', pulled: true });
    const flags = ['--from', 'w.pth', '--mirror', 'https://mirror.invalid'];
    expect(await run(['models', 'pull', 'inception-v3', ...flags])).toBe(0);
    const [name, options] = pullNetwork.mock.calls[0];
    expect(name).toBe('inception-v3');
    expect(options).toMatchObject({ modelsDir: folder, from: 'w.pth', mirror: 'https://mirror.invalid' });
    expect(stdout).toBe('p\n');
    importWeights.mockResolvedValue({ card: { name: 'mine' }, path: 'q' });
    expect(await run(['models', 'import', 'w.pth', '--name', 'mine', '--arch', 'inception-v3-fid'])).toBe(0);
    const imported = importWeights.mock.calls[0];
    expect(imported[0]).toBe('w.pth');
    expect(imported[1]).toMatchObject({ name: 'mine', arch: 'inception-v3-fid', modelsDir: folder });
  });

  it('takes the mirror from the environment, and says what was there already', async () => {
    vi.stubEnv('GANEVAL_MODELS_MIRROR', 'https://other.invalid');
    pullNetwork.mockResolvedValue({ path: 'p', pulled: false });
    expect(await run(['models', 'pull', 'inception-v3'])).toBe(0);
    expect(pullNetwork.mock.calls[0][1].mirror).toBe('https://other.invalid');
    expect(stderr).toBe('inception-v3 was in the store already.\n');
  });

  it('says which networks there are when one is asked for that is not', async () => {
    const { pullNetwork: real } =
      await vi.importActual<typeof import('../../src/index.js')>('../../src/index.js');
    pullNetwork.mockImplementation(real);
    expect(await run(['models', 'pull', 'inception-v4'])).toBe(4);
    expect(stderr).toContain('inception-v4 is not in the catalogue (inception-v3, inception-v3-imagenet, ');
  });
});
