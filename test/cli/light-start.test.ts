import { describe, expect, it } from 'vitest';
import { runProgram } from './run-program.js';

/** Prints the address of every module that is resolved, to stderr. */
const HOOK = `
import { writeSync } from 'node:fs';
export async function resolve(specifier, context, next) {
  const found = await next(specifier, context);
  writeSync(2, 'loaded ' + found.url + '\\n');
  return found;
}`;
const REGISTER = `import { register } from 'node:module'; register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(HOOK)}));`;

async function packagesLoadedBy(...args: string[]): Promise<Set<string>> {
  const nodeArgs = ['--no-warnings', '--import', `data:text/javascript,${encodeURIComponent(REGISTER)}`];
  const { code, stderr } = await runProgram(args, { nodeArgs });
  expect(code).toBe(0);
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
});
