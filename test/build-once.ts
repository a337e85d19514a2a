import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';

/** The last file that a build writes. */
const BUILT = 'dist/schema/config.schema.json';

/** Builds the program before the tests unless it is newer than its sources: some tests run it as a user would. */
export default function buildOnce(): void {
  if (existsSync(BUILT) && statSync(BUILT).mtimeMs > newestSourceMs()) return;
  execFileSync('npm', ['run', '--silent', 'build'], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
}

function newestSourceMs(): number {
  const files = readdirSync('src', { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const sources = [
    'package.json',
    'tsconfig.build.json',
    'esbuild.config.js',
    ...files.map((file) => `${file.parentPath}/${file.name}`),
  ];
  return Math.max(...sources.map((path) => statSync(path).mtimeMs));
}
