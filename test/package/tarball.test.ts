import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { extract } from 'tar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SAMPLES } from '../cli/run-program.js';

const ROOT = resolve(import.meta.dirname, '../..');
const MAX_BYTES = 8e6;

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

describe('the tarball that npm pack makes', () => {
  let folder: string;
  let installed: string;
  let names: string[];
  let size: number;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ganeval-tarball-'));
    // Without scripts: the program is built already.
    const [packed] = JSON.parse(
      execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
        cwd: ROOT,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
        shell: process.platform === 'win32',
      }),
    );
    names = packed.files.map(({ path }: { path: string }) => path);
    size = packed.size;
    // As npm installs it, with links in place of copies of what it depends on.
    installed = join(folder, 'node_modules/ganeval');
    mkdirSync(installed, { recursive: true });
    await extract({ file: join(folder, packed.filename), cwd: installed, strip: 1 });
    for (const name of Object.keys(manifest.dependencies)) {
      const link = join(folder, 'node_modules', name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(ROOT, 'node_modules', name), link, 'junction');
    }
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  it('has what users need', () => {
    expect(names).toEqual(
      expect.arrayContaining([
        'LICENSE',
        'README.md',
        'CHANGELOG.md',
        'bin/ganeval.js',
        'dist/index.js',
        'dist/index.d.ts',
        'dist/schema/result.schema.json',
        'dist/tfjs-gradients.js.LEGAL.txt',
        'examples/README.md',
        'models/catalogue.json',
        'models/inception-cifar10.onnx',
        'models/inception-cifar10.json',
        'models/inception-mnist.onnx',
        'models/inception-mnist.json',
      ]),
    );
    const targets = Object.values<string | Record<string, string>>(manifest.exports).flatMap((target) =>
      typeof target === 'string' ? [target] : Object.values(target),
    );
    for (const target of targets.filter((path) => !path.includes('*')))
      expect(names).toContain(target.slice(2));
  });

  it('has nothing else', () => {
    const needless = /\.map$|\.test\.|^(src|test|fixtures\/(?!README)|findings|docs|\.)/;
    expect(names.filter((name) => needless.test(name))).toEqual([]);
    expect(size).toBeLessThan(MAX_BYTES);
  });

  it('runs with nothing but its own dependencies', () => {
    const run = (...args: string[]) =>
      execFileSync(process.execPath, args, {
        cwd: folder,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    const program = join(installed, 'bin/ganeval.js');
    expect(run(program, 'score', SAMPLES, '--metrics', 'is', '--no-cache')).toContain('Inception Score');
    const script = `
      const names = [];
      for (const entry of ['ganeval', 'ganeval/train', 'ganeval/tfjs-backend']) names.push(Object.keys(await import(entry)).length > 0);
      console.log(names.join());`;
    expect(run('--input-type=module', '--eval', script).trim()).toBe('true,true,true');
  });
});
