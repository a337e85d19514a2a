// A process that does one thing after the other as its parent asks, on a disk that may fail or kill it. It stands for one of several
// ganevals that share a folder. The first argument is that folder.
import process from 'node:process';
import { Faults } from '../kill/faults/faults.js';
import { replaceFileSystem } from '../kill/faults/replace-file-system.js';

const root = process.argv[2];
const faults = new Faults({ root, how: 'count', at: 0 });
await replaceFileSystem(faults);
const { OPERATIONS } = await import('./operations.js');

process.on('message', async ({ operation, args, plan }) => {
  faults.begin({ root, ...(plan ?? { how: 'count', at: 0 }) });
  const answer = await attempt(() => OPERATIONS[operation](root, ...args));
  faults.begin({ root, how: 'count', at: 0 });
  process.send(answer);
});
process.on('disconnect', () => process.exit());
process.send('ready');

async function attempt(work) {
  try {
    return { done: await work() };
  } catch (error) {
    return { refused: { name: error.name, code: error.code, message: error.message, stack: error.stack } };
  }
}
