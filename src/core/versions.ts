import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { runtimePackageVersion } from './runtime-package.js';

const require = createRequire(import.meta.url);

/** The version of this package; the path is the same from src/ and from dist/. */
export async function ownVersion(): Promise<string> {
  const path = fileURLToPath(new URL('../../package.json', import.meta.url));
  return JSON.parse(await readFile(path, 'utf8')).version;
}

/** Versions of the programs that decide the numbers. Read from their package files, so that nothing heavy is loaded. */
export async function versionsOfMakers(): Promise<Record<string, string>> {
  const versionOf = async (name: string) => {
    const entry = require.resolve(name);
    const root = entry.slice(0, entry.lastIndexOf(`node_modules/${name}/`) + `node_modules/${name}/`.length);
    return JSON.parse(await readFile(`${root}package.json`, 'utf8')).version as string;
  };
  return {
    ganeval: await ownVersion(),
    'onnxruntime-node': runtimePackageVersion(),
    sharp: await versionOf('sharp'),
  };
}
