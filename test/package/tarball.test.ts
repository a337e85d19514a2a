import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { extract } from 'tar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SAMPLES } from '../cli/run-program.js';

const ROOT = resolve(import.meta.dirname, '../..');
/** Of which ONNX Runtime for Linux on x64 has 18e6, and the embedded networks 5e6. */
const MAX_BYTES = 27e6;
const RUNTIME = 'dist/onnxruntime/bin/napi-v6/linux/x64';
const isEmbedded = `${process.platform} ${process.arch}` === 'linux x64';

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** Uses every entry point. */
const CONSUMER = `
import { type EvaluationResult, score } from 'ganeval';
import { type Family, trainGan } from 'ganeval/train';
import { OnnxBackend } from 'ganeval/tfjs-backend';
export const result: Promise<EvaluationResult> = score({ samples: 'samples' });
export const train = (family: Family<unknown>) => trainGan(family, { out: 'run' });
export { OnnxBackend };
`;

describe('the lock file', () => {
  it('says of no package that it has an install script, so that npm 10 runs none', () => {
    const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
    const withScript = Object.keys(packages).filter((name) => packages[name].hasInstallScript);
    // npm writes the field when it changes the file: remove it again.
    expect(withScript).toEqual([]);
  });

  it('leaves .npmrc without settings that npm does not know', () => {
    const settings = readFileSync(join(ROOT, '.npmrc'), 'utf8').match(/^[^#=\n]+(?==)/gm);
    expect(settings).toEqual(['engine-strict', 'save-exact', 'omit-lockfile-registry-resolved']);
  });
});

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
    // Where the install script of ONNX Runtime fails, npm leaves its package out.
    const optional = isEmbedded ? [] : Object.keys(manifest.optionalDependencies);
    for (const name of [...Object.keys(manifest.dependencies), ...optional, '@types']) {
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
        'dist/program/main.js',
        'dist/program/LICENSES.txt',
        'dist/program/yargs/locales/en.json',
        'dist/schema/result.schema.json',
        'dist/tfjs-gradients.js.LEGAL.txt',
        'examples/README.md',
        'models/catalogue.json',
        'models/inception-cifar10.onnx',
        'models/inception-cifar10.json',
        'models/inception-mnist.onnx',
        'models/inception-mnist.json',
        'dist/onnxruntime/LICENSE',
        `${RUNTIME}/libonnxruntime.so.1`,
        `${RUNTIME}/onnxruntime_binding.node`,
      ]),
    );
    const targets = Object.values<string | Record<string, string>>(manifest.exports).flatMap((target) =>
      typeof target === 'string' ? [target] : Object.values(target),
    );
    for (const target of targets.filter((path) => !path.includes('*')))
      expect(names).toContain(target.slice(2));
  });

  it('has nothing else', () => {
    expect(names.filter((name) => /^dist\/onnxruntime\/bin\/(?!napi-v6\/linux\/x64\/)/.test(name))).toEqual(
      [],
    );
    const needless = /\.map$|\.test\.|^(src|test|fixtures\/(?!README)|findings|docs|\.)/;
    expect(names.filter((name) => needless.test(name))).toEqual([]);
    expect(size).toBeLessThan(MAX_BYTES);
  });

  it('asks npm to run nothing where it is installed', () => {
    const { scripts } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    for (const name of ['preinstall', 'install', 'postinstall', 'prepare'])
      expect(scripts).not.toHaveProperty(name);
  });

  it.each([
    ['node16', 'nodenext', 'nodenext'],
    ['bundler', 'esnext', 'bundler'],
  ])(
    'compiles in a strict project without the DOM library that checks packages (%s)',
    (name, module, moduleResolution) => {
      const compilerOptions = {
        ...{ target: 'es2022', module, moduleResolution, lib: ['es2023'], types: ['node'] },
        ...{ strict: true, skipLibCheck: false, noEmit: true },
      };
      writeFileSync(join(folder, 'consumer.mts'), CONSUMER);
      const config = join(folder, `tsconfig.${name}.json`);
      writeFileSync(config, JSON.stringify({ compilerOptions, files: ['consumer.mts'] }));
      const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
      const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', config], { encoding: 'utf8' });
      expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    },
  );

  it('runs with nothing but its own dependencies', () => {
    const run = (...args: string[]) =>
      execFileSync(process.execPath, args, {
        cwd: folder,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    const program = join(installed, 'bin/ganeval.js');
    const score = ['score', SAMPLES, '--metrics', 'is', '--no-cache', '--json', '-'];
    const numbersOf = (text: string) => ({ ...JSON.parse(text), run: undefined });
    // ONNX Runtime's own package, which the clone has, gives the same numbers.
    expect(numbersOf(run(program, ...score))).toEqual(numbersOf(run(join(ROOT, 'bin/ganeval.js'), ...score)));
    if (isEmbedded) expect(run(program, 'doctor')).toContain('npm install onnxruntime-node@');
    const script = `
      const names = [];
      for (const entry of ['ganeval', 'ganeval/train', 'ganeval/tfjs-backend']) names.push(Object.keys(await import(entry)).length > 0);
      console.log(names.join());`;
    expect(run('--input-type=module', '--eval', script).trim()).toBe('true,true,true');
  });
});
