import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NetworkError, StorageError } from '../../../src/core/errors.js';
import { type DownloadOptions, download } from '../../../src/networks/download/download.js';
import type { DownloadProgress } from '../../../src/networks/download/download-part.js';

import { inTurn, serve, stallAfter, WeightServer } from '../weight-server.js';

const BYTES = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7919) >> 3));
const sha256 = createHash('sha256').update(BYTES).digest('hex');
const expected = { bytes: BYTES.length, sha256 };
const quick: DownloadOptions = { backoffMs: 1, stallMs: 5000 };

let folder: string;
let path: string;
const servers: WeightServer[] = [];

beforeEach(async () => {
  for (const name of ['http_proxy', 'https_proxy', 'no_proxy', 'all_proxy']) {
    vi.stubEnv(name, undefined);
    vi.stubEnv(name.toUpperCase(), undefined);
  }
  folder = await mkdtemp(join(tmpdir(), 'ganeval-download-'));
  path = join(folder, 'weights.pth');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  await rm(folder, { recursive: true, force: true });
});

async function start(...args: ConstructorParameters<typeof WeightServer>): Promise<WeightServer> {
  const server = await new WeightServer(...args).start();
  servers.push(server);
  return server;
}

/** Breaks the connection once when something has come through it. */
function breakOnce(server: WeightServer): Pick<DownloadOptions, 'onProgress'> {
  let broken = false;
  return {
    onProgress: ({ done }) => {
      if (done === 0 || broken) return;
      broken = true;
      server.breakOff();
    },
  };
}

async function expectWhole(): Promise<void> {
  expect((await readFile(path)).equals(BYTES)).toBe(true);
  expect(await readdir(folder)).toEqual(['weights.pth']);
}

describe('download', () => {
  it('brings a file, makes its folder, and tells how far it is', async () => {
    const server = await start(serve(BYTES));
    const seen: DownloadProgress[] = [];
    const deep = join(folder, 'a', 'b', 'weights.pth');
    const options = { ...quick, onProgress: (progress: DownloadProgress) => seen.push(progress) };
    expect(await download(deep, [`${server.url}/w`], expected, options)).toBe(sha256);
    expect((await readFile(deep)).equals(BYTES)).toBe(true);
    expect(seen[0]).toEqual({ done: 0, total: BYTES.length });
    expect(seen.at(-1)).toEqual({ done: BYTES.length, total: BYTES.length });
    expect(server.requests).toEqual([{ path: '/w', range: undefined, ifRange: undefined }]);
  });

  it('goes on where the connection broke, if it is still the same file', async () => {
    const server = await start(inTurn(stallAfter(BYTES, 100_000), serve(BYTES)));
    const retries: string[] = [];
    const onRetry = (what: string) => retries.push(what);
    await download(path, [server.url], expected, { ...quick, ...breakOnce(server), onRetry });
    await expectWhole();
    const [, again] = server.requests;
    expect(again.range).toMatch(/^bytes=[1-9]\d*-$/);
    expect(again.ifRange).toBe('"one"');
    expect(retries).toHaveLength(1);
    expect(retries[0]).toContain('broke off');
  });

  it('goes on in a later run, and keeps what it has when it fails', async () => {
    const broken = await start(stallAfter(BYTES, 100_000));
    const options = { ...quick, ...breakOnce(broken), tries: 1 };
    await expect(download(path, [broken.url], expected, options)).rejects.toThrow(NetworkError);
    expect((await readdir(folder)).sort()).toEqual(['weights.pth.part', 'weights.pth.part.json']);
    const have = (await readFile(`${path}.part`)).length;
    expect(have).toBeGreaterThan(0);
    const other = await start(serve(BYTES, '"another server"'));
    await download(path, [other.url], expected, quick);
    await expectWhole();
    // Another address has its own validators; the digest says whether the bytes belong together.
    expect(other.requests).toEqual([{ path: '/', range: `bytes=${have}-`, ifRange: undefined }]);
  });

  it('starts over when the file has changed since', async () => {
    const old = Buffer.alloc(BYTES.length, 7);
    const server = await start(inTurn(stallAfter(old, 100_000, '"old"'), serve(BYTES, '"new"')));
    await download(path, [server.url], expected, { ...quick, ...breakOnce(server) });
    await expectWhole();
    expect(server.requests[1].ifRange).toBe('"old"');
  });

  it('starts over where the server ignores ranges', async () => {
    const whole = serve(BYTES);
    const ignoring: typeof whole = (request, response, time) => {
      delete request.headers.range;
      whole(request, response, time);
    };
    const server = await start(inTurn(stallAfter(BYTES, 100_000), ignoring));
    await download(path, [server.url], expected, { ...quick, ...breakOnce(server) });
    await expectWhole();
    expect(server.requests).toHaveLength(2);
  });

  it('starts over with a part that is longer than the file, or of another file', async () => {
    await writeFile(`${path}.part`, Buffer.alloc(BYTES.length + 10));
    const server = await start(serve(BYTES));
    await download(path, [server.url], expected, quick);
    await expectWhole();
    await rm(path);
    await writeFile(`${path}.part`, Buffer.alloc(1000, 1));
    const mirrors = [server.url, `${server.url}/mirror`];
    await download(path, mirrors, expected, quick);
    await expectWhole();
  });

  it('joins no bytes of two addresses where no digest would tell', async () => {
    const broken = await start(stallAfter(Buffer.alloc(BYTES.length, 7), 100_000));
    const other = await start(serve(BYTES, '"another server"'));
    const options = { ...quick, ...breakOnce(broken) };
    expect(await download(path, [broken.url, other.url], {}, options)).toBe(sha256);
    await expectWhole();
    expect(other.requests).toEqual([{ path: '/', range: undefined, ifRange: undefined }]);
  });

  it('goes on without a digest at the same address by its strong validator', async () => {
    const server = await start(inTurn(stallAfter(BYTES, 100_000), serve(BYTES)));
    await download(path, [server.url], {}, { ...quick, ...breakOnce(server) });
    await expectWhole();
    expect(server.requests[1]).toMatchObject({
      range: expect.stringMatching(/^bytes=[1-9]/),
      ifRange: '"one"',
    });
  });

  it('starts over without a digest where the validator is weak', async () => {
    const old = Buffer.alloc(BYTES.length, 7);
    const server = await start(inTurn(stallAfter(old, 100_000, 'W/"one"'), serve(BYTES, 'W/"one"')));
    await download(path, [server.url], {}, { ...quick, ...breakOnce(server) });
    await expectWhole();
    expect(server.requests[1].range).toBeUndefined();
  });

  it('starts over without a digest where the server sends the rest of another file all the same', async () => {
    const careless: ConstructorParameters<typeof WeightServer>[0] = (request, response, time) => {
      delete request.headers['if-range'];
      serve(BYTES, '"new"')(request, response, time);
    };
    const old = Buffer.alloc(BYTES.length, 7);
    const server = await start(inTurn(stallAfter(old, 100_000, '"old"'), careless));
    await download(path, [server.url], {}, { ...quick, ...breakOnce(server) });
    await expectWhole();
    expect(server.requests.map(({ range }) => range === undefined)).toEqual([true, false, true]);
  });

  it('starts over without a digest where nothing says whose bytes a part has', async () => {
    await writeFile(`${path}.part`, Buffer.alloc(1000));
    const server = await start(serve(BYTES));
    await download(path, [server.url], {}, quick);
    await expectWhole();
  });

  it('fetches no file without end where nobody has said how long it is', async () => {
    const server = await start((_, response) => {
      response.writeHead(200, { 'content-length': 9e9 });
      response.write('0');
    });
    await expect(download(path, [server.url], {}, quick)).rejects.toThrow(
      'has a file of 9000000000 bytes, more than 8000000000',
    );
  });

  it('takes a part that is whole already', async () => {
    await writeFile(`${path}.part`, BYTES);
    const server = await start(serve(BYTES));
    await download(path, [server.url], expected, quick);
    expect(server.requests).toEqual([]);
    await rm(path);
    await writeFile(`${path}.part`, BYTES);
    await download(path, [server.url], { sha256 }, quick);
    expect(server.requests).toHaveLength(1);
    await expectWhole();
  });

  it('notices a server that stalls, before and within the body', async () => {
    const answers = [() => undefined, stallAfter(BYTES, 50_000), serve(BYTES)];
    const server = await start(inTurn(...answers));
    const retries: string[] = [];
    const onRetry = (what: string) => retries.push(what);
    await download(path, [server.url], expected, { ...quick, stallMs: 200, onRetry });
    await expectWhole();
    expect(retries).toHaveLength(2);
    for (const what of retries) expect(what).toContain('has stalled');
    expect(server.requests[2].range).toMatch(/^bytes=[1-9]/);
  });

  it.each<[what: string, answer: ConstructorParameters<typeof WeightServer>[0], message: RegExp]>([
    [
      'another length than the publisher said',
      serve(BYTES.subarray(1)),
      /has a file of 299999 bytes, not 300000/,
    ],
    [
      'other bytes',
      serve(Buffer.alloc(BYTES.length)),
      /gave another file \(its SHA-256 is [0-9a-f]{64}, not/,
    ],
    [
      'more bytes than it said',
      (_, response) => void response.writeHead(200).end(Buffer.concat([BYTES, BYTES])),
      /sends more than 300000 bytes/,
    ],
    ['nothing', (_, response) => void response.writeHead(404).end('no such file'), /answers 404 \(127/],
    [
      'a page in place of the file',
      (_, response) => void response.writeHead(200, { 'content-length': 5 }).end('login'),
      /has a file of 5 bytes/,
    ],
    [
      'a way to plain http',
      (_, response) => void response.writeHead(302, { location: 'http://example.invalid/w' }).end(),
      /leads to http:\/\/example\.invalid, which is not https/,
    ],
    [
      'a way to a file',
      (_, response) => void response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
      /which is not https/,
    ],
    [
      'a circle',
      (_, response) => void response.writeHead(302, { location: '/' }).end(),
      /redirects more than/,
    ],
  ])('refuses a server that gives %s, and asks the mirror', async (_, answer, message) => {
    const bad = await start(answer);
    const failing = download(path, [bad.url], expected, quick);
    await expect(failing).rejects.toThrow(NetworkError);
    await expect(failing).rejects.toThrow(message);
    await expect(failing).rejects.toThrow('--from FILE');
    expect(existsSync(path)).toBe(false);
    const good = await start(serve(BYTES));
    await download(path, [bad.url, good.url], expected, quick);
    await expectWhole();
  });

  it('gives up a server that drips, and goes on at the mirror', async () => {
    const drip: ConstructorParameters<typeof WeightServer>[0] = (_, response) => {
      response.writeHead(200, { 'content-length': BYTES.length });
      let sent = 0;
      const timer = setInterval(() => response.write(BYTES.subarray(sent, ++sent)), 20);
      response.on('close', () => clearInterval(timer));
    };
    const dripping = await start(drip);
    const slow = { ...quick, stallMs: 300, tries: 2 };
    const failing = download(path, [dripping.url], expected, slow);
    await expect(failing).rejects.toThrow(
      /127\.0\.0\.1:\d+ sends too slowly \(\d+ bytes in 0\.\d s\).*--mirror/,
    );
    const good = await start(serve(BYTES));
    const retries: string[] = [];
    const onRetry = (what: string) => retries.push(what);
    await download(path, [dripping.url, good.url], expected, { ...slow, onRetry });
    await expectWhole();
    const [host, mirror] = [dripping.url, good.url].map((url) => new URL(url).host);
    expect(retries).toEqual([
      expect.stringMatching(`^${host} sends too slowly .*; trying again at ${mirror}`),
    ]);
    expect(good.requests[0].range).toMatch(/^bytes=[1-9]/);
  });

  it('stops at the first byte too many of a body without end', async () => {
    let sent = 0;
    const server = await start((_, response) => {
      response.writeHead(200);
      const send = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65536))) sent += 65536;
        if (!response.destroyed) response.once('drain', send);
      };
      send();
    });
    await expect(download(path, [server.url], expected, quick)).rejects.toThrow(
      'sends more than 300000 bytes',
    );
    // What the two systems hold between them was on its way.
    expect(sent).toBeLessThan(50e6);
    expect((await readFile(`${path}.part`)).length).toBe(0);
  });

  it('names the address that sent wrong bytes, not the one that completed them', async () => {
    const wrong = await start(
      inTurn(stallAfter(Buffer.alloc(BYTES.length, 7), 100_000), serve(Buffer.alloc(BYTES.length, 7))),
    );
    const right = await start(serve(BYTES, '"right"'));
    const retries: string[] = [];
    const options = { ...quick, ...breakOnce(wrong), onRetry: (what: string) => retries.push(what) };
    await download(path, [wrong.url, right.url], expected, options);
    await expectWhole();
    const [bad, good] = [wrong.url, right.url].map((url) => new URL(url).host);
    expect(retries).toEqual([
      expect.stringMatching(`^${bad} .*broke off`),
      expect.stringMatching(
        `^${good} and what was fetched before make another file .*; trying again at ${bad}`,
      ),
      expect.stringMatching(`^${bad} gave another file .*; trying again at ${good}`),
    ]);
  });

  it.each<[what: string, answer: ConstructorParameters<typeof WeightServer>[0], message: string]>([
    [
      'a packed body',
      (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(BYTES),
      'sends the file packed (gzip)',
    ],
    [
      'the page of a proxy',
      (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
      'answers with a web page, as proxies and logins do',
    ],
  ])('keeps what it has where a server gives %s', async (_, answer, message) => {
    await writeFile(`${path}.part`, BYTES.subarray(0, 1000));
    const server = await start(answer);
    await expect(download(path, [server.url], expected, quick)).rejects.toThrow(message);
    expect((await readFile(`${path}.part`)).equals(BYTES.subarray(0, 1000))).toBe(true);
  });

  it('tries a busy server again, and gives up in the end', async () => {
    const busy: ConstructorParameters<typeof WeightServer>[0] = (_, response) =>
      void response.writeHead(503).end();
    const server = await start(inTurn(busy, busy, serve(BYTES)));
    await download(path, [server.url], expected, quick);
    await expectWhole();
    const never = await start(busy);
    await expect(download(join(folder, 'b'), [never.url], expected, { ...quick, tries: 3 })).rejects.toThrow(
      'answers 503',
    );
    expect(never.requests).toHaveLength(3);
  });

  it('says so where nobody listens', async () => {
    const gone = await start(serve(BYTES));
    const { url } = gone;
    await gone.stop();
    await expect(download(path, [url], expected, { ...quick, tries: 2 })).rejects.toThrow(
      /weights\.pth could not be fetched \(http:.* cannot be reached .*ECONNREFUSED/,
    );
  });

  it('follows redirects, and takes an answer in pieces of unknown length', async () => {
    const server = await start((request, response) => {
      if (request.url === '/w') response.writeHead(302, { location: '/real' }).end('moved');
      else {
        response.write(BYTES.subarray(0, 1000));
        response.end(BYTES.subarray(1000));
      }
    });
    await download(path, [`${server.url}/w`], { sha256Prefix: sha256.slice(0, 8) }, quick);
    await expectWhole();
    expect(server.requests.map((request) => request.path)).toEqual(['/w', '/real']);
  });

  it('refuses a digest whose first digits differ', async () => {
    const server = await start(serve(BYTES));
    const other = sha256.startsWith('0') ? '1' : '0';
    const sha256Prefix = other + sha256.slice(1, 8);
    await expect(download(path, [server.url], { sha256Prefix }, quick)).rejects.toThrow(
      `not ${sha256Prefix}…`,
    );
  });

  it('asks no address that is not https', async () => {
    await expect(download(path, ['http://example.invalid/w'], expected, quick)).rejects.toThrow('not https');
  });

  it('stops when it is told to, and keeps what it has', async () => {
    const server = await start(stallAfter(BYTES, 100_000));
    const controller = new AbortController();
    const stopping = download(path, [server.url], expected, {
      ...quick,
      signal: controller.signal,
      onProgress: ({ done }) => done > 0 && controller.abort(),
    });
    await expect(stopping).rejects.toMatchObject({ name: 'AbortError' });
    expect((await readFile(`${path}.part`)).length).toBeGreaterThan(0);
  });

  it('blames the disk for what the disk does', async () => {
    const server = await start(serve(BYTES));
    await writeFile(join(folder, 'file'), '');
    const inFile = download(join(folder, 'file', 'w'), [server.url], expected, quick);
    await expect(inFile).rejects.toThrow(StorageError);
    await mkdir(path);
    await writeFile(join(path, 'in the way'), '');
    await expect(download(path, [server.url], expected, quick)).rejects.toThrow();
  });

  it.runIf(existsSync('/dev/full'))('stops at a full disk without asking anybody again', async () => {
    const { symlink } = await import('node:fs/promises');
    await symlink('/dev/full', `${path}.part`);
    const server = await start(serve(BYTES));
    const failing = download(path, [server.url, server.url], expected, quick);
    await expect(failing).rejects.toThrow(StorageError);
    await expect(failing).rejects.toThrow('the disk is full');
    expect(server.requests).toHaveLength(1);
  });

  it('goes through a proxy, save for hosts that need none', async () => {
    const server = await start(serve(BYTES));
    const tunnels: string[] = [];
    const proxy = createServer();
    proxy.on('connect', (request, socket) => {
      tunnels.push(request.url ?? '');
      const [host, port] = (request.url as string).split(':');
      const out = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        out.pipe(socket).pipe(out);
      });
      for (const each of [out, socket]) each.on('error', () => each.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    vi.stubEnv('HTTP_PROXY', `http://127.0.0.1:${(proxy.address() as { port: number }).port}`);
    await download(path, [server.url], expected, quick);
    await expectWhole();
    expect(tunnels).toEqual([new URL(server.url).host]);
    vi.stubEnv('NO_PROXY', '127.0.0.1');
    await rm(path);
    await download(path, [server.url], expected, quick);
    expect(tunnels).toHaveLength(1);
    proxy.closeAllConnections();
    await new Promise((resolve) => proxy.close(resolve));
  });
});
