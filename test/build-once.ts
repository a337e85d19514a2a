import { execFileSync } from 'node:child_process';

/** Builds the program before the tests: those of the command line run it as a user would. */
export default function buildOnce(): void {
  execFileSync('npm', ['run', '--silent', 'build'], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
}
