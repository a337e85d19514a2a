// Runs command lines of the built program one after the other in one process, as its parent asks for them: a process for
// each would spend most of the time starting. What a case writes to stdout and stderr goes back to the parent.
import process from 'node:process';
import { run } from '../../dist/cli/main.js';
import { FileSource } from '../../dist/images/file-source.js';

let output;
for (const name of ['stdout', 'stderr']) {
  process[name].write = (text) => {
    if (output) output[name] += text;
    return true;
  };
}

let goOn;
let stops = false;
const { inspect } = FileSource.prototype;
FileSource.prototype.inspect = async function (...args) {
  const inspections = await inspect.apply(this, args);
  if (stops) {
    process.send({ kind: 'inspected' });
    await new Promise((resolve) => {
      goOn = resolve;
    });
  }
  return inspections;
};

process.on('message', async (message) => {
  if (message.kind === 'go on') {
    goOn();
    return;
  }
  output = { stdout: '', stderr: '' };
  stops = message.stops;
  const exit = await run(message.args);
  process.send({ kind: 'done', exit, ...output, peakBytes: process.resourceUsage().maxRSS * 1024 });
});
// A parent that was killed must not leave this behind, in the middle of a case.
process.on('disconnect', () => process.exit());
process.send({ kind: 'ready' });
