import { join } from 'node:path';
import { dot } from '../../images/picture-folder.js';
import { type HostileCase, put, score } from '../hostile-case.js';

const length = (bytes: number) => {
  const field = Buffer.alloc(8);
  field.writeBigUInt64LE(BigInt(bytes));
  return field.toString('latin1');
};

/** Scores against a pickle given as the text of its bytes. */
function pickled(name: string, body: string, says: RegExp): HostileCase {
  return {
    name: `pickled statistics ${name}`,
    make: (folder) => {
      put(folder, { 'set/sound.png': dot(1), 'real.pkl': Buffer.from(body, 'latin1') });
      return score(join(folder, 'set'), '--reference', join(folder, 'real.pkl'));
    },
    exit: 3,
    says,
  };
}

export const pickledStatistics: readonly HostileCase[] = [
  pickled(
    'that call os.system',
    '\x80\x04cos\nsystem\n\x8c\x07touch x\x85R.',
    /asks for the global "os\.system"/,
  ),
  pickled(
    'that call eval',
    '\x80\x04cbuiltins\neval\n\x8c\x011\x85R.',
    /asks for the global "builtins\.eval"/,
  ),
  pickled('that build a class', '\x80\x04)\x81.', /has the pickle opcode NEWOBJ/),
  pickled(
    'with an array of Python objects',
    '\x80\x04cnumpy\ndtype\n\x8c\x02O8\x89\x88\x87R.',
    /another type than float64/,
  ),
  pickled('that set the state of an array twice over', '\x80\x04}}b.', /sets the state of a dict/),
  pickled('of 8 EB in few bytes', `\x80\x04\x8e${length(2 ** 53)}.`, /is cut short/),
  pickled('of no bytes', '', /is cut short/),
  pickled('that are a picture', dot(1).toString('latin1'), /holds no pickle of protocol 2/),
  pickled('of dicts 100,000 deep', `\x80\x04${'}'.repeat(100_001)}.`, /stacks more than/),
  pickled('with a persistent id', '\x80\x04\x8c\x01aQ.', /has a persistent id/),
];
