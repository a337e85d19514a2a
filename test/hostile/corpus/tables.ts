import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { dot } from '../../images/picture-folder.js';
import { pngFile } from '../../images/png-file.js';
import { type HostileCase, type Invocation, put, score } from '../hostile-case.js';

const PICTURES = { 'a.png': dot(1), 'b.png': dot(2) };

/** Scores by a table that stands beside two pictures. */
function table(
  name: string,
  file: string,
  text: string | Buffer,
  says: RegExp,
  exit: 0 | 3 = 3,
): HostileCase {
  return { name, make: (folder) => withTable(folder, file, text), exit, says };
}

function withTable(folder: string, file: string, text: string | Buffer, ...flags: string[]): Invocation {
  return score(join(put(folder, { ...PICTURES, [file]: text }), file), ...flags);
}

/** Scores a folder of two pictures with labels from a table beside it. */
function labeled(name: string, text: string, says: RegExp, exit: 0 | 3 = 3): HostileCase {
  return {
    name,
    make: (folder) => {
      put(folder, { 'labels.csv': text, 'set/a.png': dot(1), 'set/b.png': dot(2) });
      return score(join(folder, 'set'), '--labels', join(folder, 'labels.csv'));
    },
    exit,
    says,
  };
}

/** A table of so many bytes that takes no room on the disk. */
function huge(file: string, bytes: number): HostileCase['make'] {
  return (folder) => {
    const invocation = withTable(folder, file, 'path,label\n');
    truncateSync(join(folder, file), bytes);
    return invocation;
  };
}

/** A picture large enough for MS-SSIM: rows without a filter, of bytes that differ. */
const noise = () => {
  const rows = Buffer.from(Array.from({ length: 32 * 97 }, (_, i) => (i % 97 === 0 ? 0 : (i * 37) % 256)));
  return pngFile({ width: 32, height: 32, colorType: 2, rows });
};
const FORMULA = "=cmd|' /C calc'!A0";
const csv = (name: string, text: string | Buffer, says: RegExp, exit: 0 | 3 = 3) =>
  table(name, 'list.csv', text, says, exit);
const jsonl = (name: string, text: string | Buffer, says: RegExp, exit: 0 | 3 = 3) =>
  table(name, 'list.jsonl', text, says, exit);

export const tables: readonly HostileCase[] = [
  {
    name: 'CSV with classes that are formulas, reported as CSV',
    make: (folder) => {
      put(folder, Object.fromEntries(['1', '2', '3', '4'].map((name) => [`${name}.png`, noise()])));
      const text = `1.png,${FORMULA}\n2.png,${FORMULA}\n3.png,"@SUM(1,1)"\n4.png,"@SUM(1,1)"\n`;
      return withTable(folder, 'list.csv', text, '--metrics', 'is,msssim', '--csv', '-');
    },
    exit: 0,
    says: /^samples,msssim,"'=cmd\|' \/C calc'!A0"/m,
  },
  csv('CSV with formulas for paths', `${FORMULA},1\nb.png,2\n`, /names files that are not there: "=cmd/),
  csv('CSV with a quote that never closes', 'a.png,"cat\nb.png,dog\n', /is not a CSV file/),
  csv('CSV with a quote in the middle of a cell', 'a.png,ca"t"x\nb.png,"dog"x\n', /is not a CSV file/),
  csv('CSV with a 1 MB cell after an open quote', `a.png,"${'x'.repeat(1 << 20)}\n`, /is not a CSV file/),
  csv('CSV with NUL bytes', 'a.png\0,1\nb.png,2\n', /names files that are not there/),
  csv('CSV of NUL bytes alone', Buffer.alloc(5000), /names files that are not there/),
  csv('CSV of a PNG', dot(1), /list\.csv/),
  csv('CSV in UTF-16', Buffer.from('\ufeffpath,label\na.png,1\n', 'utf16le'), /list\.csv/),
  csv('CSV with one column too many', 'path,label\na.png,1,2\n', /Row 2 of .* has 3 cells for 2 columns/),
  csv('CSV without the column path', 'a,b,c\na.png,1,x\n', /has 3 cells for 2 columns/),
  csv('CSV with a path twice', 'a.png,1\n./a.png,2\n', /more than one row for "a\.png"/),
  csv(
    'CSV of paths out of its folder',
    '../../../../../../etc/passwd,1\nb.png,2\n',
    /cannot be decoded .*passwd" is not a PNG/,
  ),
  csv('CSV of devices', '/dev/zero,1\nb.png,2\n', /names files that are not there: "\/dev\/zero"/),
  csv('CSV of no rows', 'path,label\n', /names no pictures/),
  csv(
    'CSV with 20,000 files that are not there',
    Array.from({ length: 20_000 }, (_, i) => `missing-${i}.png,1\n`).join(''),
    /names \d+ files? that (is|are) not there|names files that are not there/,
  ),
  csv(
    'CSV with 20,000 paths twice',
    Array.from({ length: 40_000 }, (_, i) => `missing-${i % 20_000}.png,1\n`).join(''),
    /more than one row for/,
  ),
  csv('CSV with a path of 10,000 letters', `${'x'.repeat(10_000)}.png,1\n`, /not there/),
  csv('CSV of 50 million empty lines', Buffer.alloc(5e7, '\n'), /list\.csv/),
  csv(
    'CSV with 50 million commas in a row',
    Buffer.alloc(5e7, ','),
    /is not a CSV file \(row 1 has more than/,
  ),
  csv(
    'CSV of a million cells',
    `path,label\na.png${','.repeat(1e6)}\n`,
    /has 1000001 cells, and 10000 are the most/,
  ),
  csv(
    'CSV of two million classes',
    Array.from({ length: 2e6 }, (_, i) => `${i}.png,${i}\n`).join(''),
    /has more than 1000000 classes: name the column of classes/,
  ),
  csv(
    'CSV of ten million rows and one',
    Buffer.concat([Buffer.from('path,label\n'), Buffer.alloc(2 * (1e7 + 1), 'a\n')]),
    /has more than 10000000 rows: give it in parts/,
  ),
  jsonl('JSON lines of 50 million empty lines', Buffer.alloc(5e7, '\n'), /names no pictures/),
  jsonl(
    'JSON lines with a line of 30 MB',
    `{"path": "${'x'.repeat(3e7)}"}\n`,
    /Line 1 of .* has more than 1048576 characters: remove what is not needed/,
  ),
  jsonl('JSON lines of 200,000 lists in a line', `[${'[],'.repeat(2e5)}0]\n`, /Line 1 of .* has no path/),
  {
    name: 'CSV of 1.5 GB',
    make: huge('list.csv', 1.5 * 2 ** 30),
    exit: 3,
    says: /list\.csv cannot be read \(it has 1610612736 bytes, and 1073741824 are the most\)/,
  },
  {
    name: 'JSON lines of 1.5 GB',
    make: huge('list.jsonl', 1.5 * 2 ** 30),
    exit: 3,
    says: /list\.jsonl cannot be read \(it has 1610612736 bytes/,
  },
  csv(
    'CSV with classes of the names of JavaScript',
    'a.png,__proto__\nb.png,constructor\n',
    /: 2 pictures of 2 classes/,
    0,
  ),
  csv(
    'CSV with control characters in classes',
    'a.png,\u001b[2J\nb.png,\u202ex\n',
    /: 2 pictures of 2 classes/,
    0,
  ),
  jsonl('JSON lines cut in a line', '{"path": "a.png"}\n{"path": "b.p', /Line 2 of .* is not JSON/),
  jsonl(
    'JSON lines that pollute prototypes',
    '{"__proto__": {"path": "a.png"}, "constructor": {"prototype": {"path": "b.png"}}}\n',
    /Line 1 of .* has no path/,
  ),
  jsonl('JSON lines of lists 100,000 deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}\n`, /Line 1 of .*/),
  jsonl(
    'JSON lines with labels that are objects',
    '{"path": "a.png", "label": {"toString": 1}}\n',
    /label that is neither text nor a number/,
  ),
  jsonl('JSON lines with a path that is a number', '{"path": 7}\n', /Line 1 of .* has no path/),
  jsonl('JSON lines with a NUL in a path', '{"path": "a.png\\u0000.jpg"}\n', /not there/),
  jsonl('JSON lines with half of a surrogate pair in a path', '{"path": "\\ud800.png"}\n', /not there/),
  jsonl(
    'JSON lines with the label 1e400',
    '{"path": "a.png", "label": 1e400}\n{"path": "b.png", "label": 1}\n',
    /list\.jsonl/,
  ),
  jsonl('JSON lines of null', 'null\n', /Line 1 of .* is not an object/),
  jsonl('JSON in place of JSON lines', '[\n{"path": "a.png"}\n]\n', /Line 1 of .* is not JSON/),
  labeled('labels for one of two pictures', 'a.png,1\n', /no label for 1 of the 2 pictures/),
  labeled(
    'labels for pictures that are not there',
    'a.png,1\nb.png,2\nc.png,3\n',
    /labels 1 pictures? that (is|are) not there/,
    0,
  ),
  labeled('labels with an open quote', 'a.png,"1\n', /is not a CSV file/),
];
