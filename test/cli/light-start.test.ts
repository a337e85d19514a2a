import { describe, expect, it } from 'vitest';
import { runNode, runProgram, SAMPLES } from './run-program.js';

/** The program as modules, from which the build makes a bundle: that loads the same. */
const MODULES = new URL('../../dist/cli/main.js', import.meta.url).href;

/** Prints the address of every module that is resolved, to stderr. */
const HOOK = `
import { writeSync } from 'node:fs';
export async function resolve(specifier, context, next) {
  const found = await next(specifier, context);
  writeSync(2, 'loaded ' + found.url + '\\n');
  return found;
}`;
const REGISTER = `import { register } from 'node:module'; register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(HOOK)}));`;

const NODE_ARGS = ['--no-warnings', '--import', `data:text/javascript,${encodeURIComponent(REGISTER)}`];

async function packagesLoadedBy(...args: string[]): Promise<Set<string>> {
  const script = `import { main } from '${MODULES}'; await main(${JSON.stringify(args)});`;
  const { code, stderr } = await runNode([...NODE_ARGS, '--input-type=module', '--eval', script]);
  expect(code).toBe(0);
  return namePackages(stderr);
}

function namePackages(stderr: string): Set<string> {
  const loaded = [...stderr.matchAll(/^loaded .*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//gm)];
  return new Set(loaded.map(([, name]) => name));
}

describe('starting', () => {
  it('loads only the parser for --help and --version', async () => {
    for (const flag of ['--help', '--version']) {
      const packages = await packagesLoadedBy(flag);
      expect(packages).toContain('yargs');
      for (const heavy of ['onnxruntime-node', 'sharp', 'zod', 'onnx-buf', 'fast-csv', 'cli-progress']) {
        expect(packages).not.toContain(heavy);
      }
    }
  });

  it('loads neither the runtime nor the decoders for the help of a command', async () => {
    const packages = await packagesLoadedBy('score', '--help');
    expect(packages).toContain('zod');
    for (const heavy of ['onnxruntime-node', 'sharp', 'onnx-buf', 'fast-csv'])
      expect(packages).not.toContain(heavy);
  });

  it('loads no tfjs for the help of the commands that train and sample', async () => {
    for (const words of [['train', 'gan'], ['train', 'improved'], ['train', 'acgan'], ['sample']]) {
      const packages = await packagesLoadedBy(...words, '--help');
      for (const heavy of ['@tensorflow/tfjs-core', 'onnxruntime-node', 'sharp', 'vega'])
        expect(packages).not.toContain(heavy);
    }
  });

  it('loads few files, as a bundle', async () => {
    const load = async (...args: string[]) => {
      const { code, stderr } = await runProgram(args, { nodeArgs: NODE_ARGS });
      expect(code, stderr).toBe(0);
      return { files: new Set(stderr.match(/^loaded file:.*/gm)).size, packages: namePackages(stderr) };
    };
    const help = await load('--help');
    expect(help.files).toBeLessThan(30);
    expect(help.packages).toEqual(new Set(['string-width']));
    const plan = await load('score', SAMPLES, '--metrics', 'is', '--dry-run', '--no-cache');
    expect(plan.files).toBeLessThan(300);
    for (const bundled of ['yargs', 'zod', 'emoji-regex', 'undici', 'vega', '@tensorflow/tfjs-core'])
      expect(plan.packages).not.toContain(bundled);
  });
});
