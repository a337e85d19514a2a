// Runs a row of the ledger, of reproduced figures, as far as there is time, and writes what it measured into docs/reproduction:
//   npm run reproduce -- <row> [--minutes N] [--seed N] [--measure] [--out FOLDER] [--data-dir FOLDER]
//   npm run reproduce -- --list
//   npm run reproduce -- --page        (the page alone, from the documents that are there)
// The same command goes on where the last one was stopped, by --minutes (exit code 0), Ctrl-C (130, as ganeval) or a power cut. How long a training takes is added up by
// its own checkpoint. --measure measures a training that is not at its end as it stands. --ledger and --rows take another folder of
// documents, and rows of another module.
import { resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { describeRows } from './list-rows.js';
import { writePage } from './page.js';
import { DEFAULT_SEED, runRow, TIME_IS_UP } from './run-row.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MS_PER_MINUTE = 60_000;

const OPTIONS = {
  list: { type: 'boolean', default: false },
  page: { type: 'boolean', default: false },
  measure: { type: 'boolean', default: false },
  minutes: { type: 'string' },
  seed: { type: 'string', default: String(DEFAULT_SEED) },
  out: { type: 'string', default: resolve(ROOT, 'training/reproduce') },
  ledger: { type: 'string', default: resolve(ROOT, 'docs/reproduction') },
  rows: { type: 'string' },
  'data-dir': { type: 'string' },
};

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 2;
}

async function main() {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: OPTIONS });
  const place = { out: resolve(values.out), ledger: resolve(values.ledger) };
  const { ROWS } = await import(values.rows ? pathToFileURL(resolve(values.rows)).href : './rows/rows.js');
  if (values.page) {
    await writePage(ROWS, place.ledger);
    return 0;
  }
  if (values.list) {
    console.log(await describeRows(ROWS, place));
    return 0;
  }
  const row = ROWS.find(({ id }) => id === positionals[0]);
  if (!row || positionals.length !== 1) {
    const names = ROWS.map(({ id }) => id).join(', ');
    throw new Error(
      `Name one row, such as "npm run reproduce -- ${ROWS[0].id} --minutes 60". The rows are ${names}.`,
    );
  }
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => stop.abort());
  const minutes = readNumber(values, 'minutes', (value) => value > 0, 'a number above 0');
  const timer =
    minutes === undefined ? undefined : setTimeout(() => stop.abort(TIME_IS_UP), minutes * MS_PER_MINUTE);
  try {
    const { code, sentence } = await runRow(row, {
      ...place,
      seed: readNumber(
        values,
        'seed',
        (value) => Number.isInteger(value) && value >= 0 && value < 2 ** 32,
        'a whole number from 0 to 4294967295',
      ),
      dataDir: values['data-dir'],
      isMeasured: values.measure,
      signal: stop.signal,
    });
    await writePage(ROWS, place.ledger);
    console.log(sentence);
    return code;
  } finally {
    clearTimeout(timer);
  }
}

function readNumber(values, name, isFine, what) {
  if (values[name] === undefined) return undefined;
  const value = Number(values[name]);
  if (values[name].trim() !== '' && Number.isFinite(value) && isFine(value)) return value;
  throw new Error(`--${name} must be ${what}, and is ${JSON.stringify(values[name])}.`);
}
