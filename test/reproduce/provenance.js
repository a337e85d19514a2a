// By what figures were made: the commit, and the machine.
import { execFile } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

/** Of the checked-out commit, with a + where files under version control differ from it; 'unknown' without git. */
export async function readCommit() {
  try {
    const { stdout: commit } = await run('git', ['rev-parse', '--short=12', 'HEAD'], { cwd: ROOT });
    const changed = await run(
      'git',
      ['status', '--porcelain', '--untracked-files=no', '--', 'src', 'test/reproduce'],
      { cwd: ROOT },
    );
    return `${commit.trim()}${changed.stdout === '' ? '' : '+'}`;
  } catch {
    return 'unknown';
  }
}

/** "2 × AMD EPYC, Node v20.20.2". */
export function describeMachine() {
  return `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}, Node ${process.version}`;
}
