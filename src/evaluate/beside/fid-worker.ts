// The thread in which FID is computed beside other metrics, started by fid-thread.ts.
import { parentPort } from 'node:worker_threads';
import type { FidMessage, FidReply } from './messages.js';
import { ServedFid } from './served-fid.js';

const served = new ServedFid();
let previous: Promise<void> = Promise.resolve();

parentPort?.on('message', (message: FidMessage) => {
  previous = previous.then(async () => {
    if (message === 'end') {
      await served.close();
      parentPort?.close();
      return;
    }
    const reply: FidReply = { id: message.id, answer: await served.answer(message.request) };
    parentPort?.postMessage(reply);
  });
});
