import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { encodeNpyHeader } from '../../../src/archives/npy.js';
import { dot } from '../../images/picture-folder.js';
import { copyClipText } from '../../train/conditions/texts/write-tower.js';
import { type HostileCase, put } from '../hostile-case.js';

/** Trains on two pictures with what a file says of them. */
function trained(
  kind: string,
  name: string,
  file: string,
  { content, says, bytes }: { content: string | Uint8Array; says: RegExp; bytes?: number },
): HostileCase {
  return {
    name,
    make: (folder) => {
      put(folder, { 'set/a.png': dot(1), 'set/b.png': dot(2), [file]: content });
      if (bytes !== undefined) truncateSync(join(folder, file), bytes);
      const run = ['train', 'acgan', join(folder, 'set'), '-o', join(folder, 'run')];
      return { args: [...run, '--backend', 'onnx', `--${kind}`, join(folder, file)] };
    },
    exit: 3,
    says,
  };
}

/** Trains on two pictures with texts and a tower that is changed. */
function embedded(
  name: string,
  file: string,
  { content, says, bytes, exit = 4 }: { content: string; says: RegExp; bytes?: number; exit?: 3 | 4 },
): HostileCase {
  return {
    name,
    make: (folder) => {
      const texts = 'file,text\na.png,red\nb.png,blue\n';
      put(folder, { 'set/a.png': dot(1), 'set/b.png': dot(2), 'texts.csv': texts });
      const tower = copyClipText(join(folder, 'tower'), { [file]: content });
      if (bytes !== undefined) truncateSync(join(tower, file), bytes);
      const run = ['train', 'acgan', join(folder, 'set'), '-o', join(folder, 'run'), '--backend', 'onnx'];
      return { args: [...run, '--texts', join(folder, 'texts.csv'), '--text-tower', tower] };
    },
    exit,
    says,
  };
}

const FEW_NAMES = 5000;

export const conditions: readonly HostileCase[] = [
  trained('attributes', 'table of attributes with 8 GiB of nothing', 'list.csv', {
    content: 'file,A\n',
    bytes: 2 ** 33,
    says: /cannot be read \(it has \d+ bytes/,
  }),
  trained('attributes', 'table of attributes with an open quote', 'list.csv', {
    content: `file,A\n"a.png${'x'.repeat(2 ** 21)}`,
    says: /is not a CSV file/,
  }),
  trained('attributes', 'table of 5000 attributes', 'list.csv', {
    content: `file,${Array.from({ length: FEW_NAMES }, (_, i) => i).join(',')}\n`,
    says: /names 5000 attributes: give 1 to 4096/,
  }),
  trained('attributes', 'list of attributes that states 2^53 pictures', 'list.txt', {
    content: '9007199254740993\nA\na.png 1\nb.png 0\n',
    says: /says that it has \d+ pictures and has 2/,
  }),
  trained('boxes', 'table of boxes that end outside of pictures', 'boxes.csv', {
    content: 'file,x,y,width,height\na.png,0,0,1e308,1e308\nb.png,0,0,1,1\n',
    says: /does not lie in the picture/,
  }),
  trained('embeddings', 'embeddings that state 10^14 numbers', 'rows.npy', {
    content: encodeNpyHeader('<f4', [1e10, 1e4]),
    says: /should hold \d+ bytes of values/,
  }),
  embedded('table of texts with an open quote', '../texts.csv', {
    content: `file,text\na.png,"${'x'.repeat(2 ** 21)}`,
    says: /is not a CSV file/,
    exit: 3,
  }),
  embedded('tokenizer with 8 GiB of nothing', 'tokenizer.json', {
    content: '{',
    bytes: 2 ** 33,
    says: /tokenizer\.json cannot be read \(it has \d+ bytes/,
  }),
  embedded('tokenizer of 5 million empty lists', 'tokenizer.json', {
    content: `{"model":[${'[],'.repeat(5_000_000)}[]]}`,
    says: /tokenizer\.json is not JSON that can be read \(it has more than \d+ values\)/,
  }),
  embedded('tokenizer of another document', 'tokenizer.json', {
    content: '{"model":{"type":"BPE","vocab":{"__proto__":0},"merges":"constructor"}}',
    says: /is no tokenizer that can be used/,
  }),
];
