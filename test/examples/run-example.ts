import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const ROOT = resolve(import.meta.dirname, '../..');

/** An empty project in which the built package is installed by its name, as in that of a user. */
export class ExampleProject {
  readonly folder = mkdtempSync(join(tmpdir(), 'ganeval-example-'));

  constructor() {
    mkdirSync(join(this.folder, 'node_modules'));
    symlinkSync(ROOT, join(this.folder, 'node_modules/ganeval'), 'junction');
    symlinkSync(
      join(ROOT, 'node_modules/@tensorflow'),
      join(this.folder, 'node_modules/@tensorflow'),
      'junction',
    );
  }

  /** Strips the types of an example and runs it. */
  async run(name: string, args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
    const outfile = join(this.folder, name.replace(/\.ts$/, '.mjs'));
    await build({
      entryPoints: [join(ROOT, 'examples', name)],
      outfile,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      logLevel: 'error',
    });
    return promisify(execFile)(process.execPath, [outfile, ...args], { cwd: this.folder });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
