// How far a training is, and how long it took, by its own checkpoint: a restart or a kill can't lose it.
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const LENGTH_BYTES = 8;
const MAX_HEADER_BYTES = 2 ** 24;

/** { step, seconds } of a run's folder; step 0 before its first checkpoint. */
export async function readTraining(folder) {
  const path = join(folder, 'checkpoint.safetensors');
  let file;
  try {
    file = await open(path);
  } catch (error) {
    if (error.code === 'ENOENT') return { step: 0, seconds: 0 };
    throw error;
  }
  try {
    const { buffer: start } = await file.read(Buffer.alloc(LENGTH_BYTES), 0, LENGTH_BYTES, 0);
    const length = Number(start.readBigUInt64LE());
    if (length > MAX_HEADER_BYTES) throw new Error(`${path} is no checkpoint of ganeval.`);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, LENGTH_BYTES);
    const { step, seconds } = JSON.parse(JSON.parse(buffer.toString()).__metadata__.progress);
    return { step, seconds };
  } finally {
    await file.close();
  }
}

/** The lines of a run's log; none where there is none. */
export async function readLog(folder) {
  try {
    const text = await readFile(join(folder, 'log.jsonl'), 'utf8');
    return text.split('\n').flatMap((line) => parseLine(line));
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}

/** A line that a kill cut off is none. */
function parseLine(line) {
  try {
    return [JSON.parse(line)];
  } catch {
    return [];
  }
}
