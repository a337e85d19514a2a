// Loaded before a program with --import: kills the program at one of the changes that it makes to the disk, or says how many it makes.
// What it does stands in its address: kill-at.js?under=FOLDER&at=3&when=before|after, or kill-at.js?under=FOLDER&list=FILE.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import process from 'node:process';
import { isMainThread } from 'node:worker_threads';

const { searchParams } = new URL(import.meta.url);
const under = searchParams.get('under');
const at = Number(searchParams.get('at'));
const isBefore = searchParams.get('when') !== 'after';
const list = searchParams.get('list');
const seen = [];

function kill() {
  process.kill(process.pid, 'SIGKILL');
  for (;;);
}

/** Calls `change`, unless the program dies before it. */
async function count(name, path, change) {
  if (!String(path).startsWith(under)) return change();
  seen.push(`${name} ${String(path).slice(under.length)}`);
  if (seen.length === at && isBefore) kill();
  const result = await change();
  if (seen.length === at) kill();
  return result;
}

const isChange = (flags) => typeof flags === 'string' && flags !== 'r';

if (isMainThread) {
  const { promises } = fs;
  for (const name of ['rename', 'mkdir', 'rm', 'rmdir', 'unlink', 'writeFile', 'appendFile']) {
    const real = promises[name];
    promises[name] = (path, ...rest) => count(name, path, () => real(path, ...rest));
  }
  const { open } = promises;
  promises.open = async (path, flags = 'r', ...rest) => {
    if (!isChange(flags)) return open(path, flags, ...rest);
    const file = await count('open', path, () => open(path, flags, ...rest));
    for (const name of ['write', 'writeFile', 'sync']) {
      const real = file[name].bind(file);
      file[name] = (...args) => count(name, path, () => real(...args));
    }
    return file;
  };
  syncBuiltinESMExports();
  if (list) process.on('exit', () => fs.writeFileSync(list, seen.join('\n')));
}
