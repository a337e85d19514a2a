// The thread in which sessions on GPUs run, started by session-thread.ts.
import { parentPort } from 'node:worker_threads';
import type { SessionAnswer, SessionMessage, SessionReply } from './messages.js';
import { ServedSessions } from './served-sessions.js';

const sessions = new ServedSessions();
let previous: Promise<void> = Promise.resolve();

parentPort?.on('message', (message: SessionMessage) => {
  previous = previous.then(async () => {
    if (message === 'end') {
      parentPort?.close();
      return;
    }
    const { id, request } = message;
    const answer = await sessions.answer(request);
    const reply: SessionReply = { id, answer };
    parentPort?.postMessage(reply, buffersOf(answer));
  });
});

/** What moves to the main thread. */
function buffersOf({ made = {}, returned = [] }: SessionAnswer): ArrayBuffer[] {
  const outputs = Object.values(made).flatMap(({ data }) =>
    ArrayBuffer.isView(data) ? [data.buffer as ArrayBuffer] : [],
  );
  return [...new Set([...outputs, ...returned])];
}
