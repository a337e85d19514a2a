// docs/reproduction/README.md, from the documents beside it.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readDocument } from './ledger.js';

const HEAD = `<!-- Made by "npm run reproduce" from the documents beside it; a test fails where it is not current. -->

# The ledger

What the papers report, and what was measured here, with the time and the steps that it took. A figure stands here only if a run measured it; an empty cell is not known. \`npm run reproduce -- <row> --minutes 60\` runs
a row, or goes on with it where it was stopped, and writes its document beside this page: figures, curves, commits. \`npm run reproduce -- --list\` shows how far each is. What the figures mean: [reproduction](../reproduction.md).

An interval is of 95 % and over the pictures of the figure's own test, with one trained network. The ± of the papers are over other things, such as ten networks.
`;

/** Writes the page. */
export async function writePage(rows, ledger) {
  await writeFile(join(ledger, 'README.md'), await makePage(rows, ledger));
}

/** The page as text. */
export async function makePage(rows, ledger) {
  const papers = [...new Set(rows.map(({ paper }) => paper))];
  const parts = await Promise.all(
    papers.map((paper) =>
      makePart(
        paper,
        rows.filter((row) => row.paper === paper),
        ledger,
      ),
    ),
  );
  return `${HEAD}\n${parts.join('\n')}`;
}

async function makePart(paper, rows, ledger) {
  const lines = [
    `## ${paper}`,
    '',
    '| row | figure | paper | here | interval | at step | of | minutes | seed | commits |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
  ];
  for (const row of rows) lines.push(...(await makeLines(row, ledger)));
  return `${lines.join('\n')}\n\n${rows.map(describeCuts).join('\n')}\n`;
}

async function makeLines(row, ledger) {
  const document = await readDocument(ledger, row.id);
  const name = document ? `[${row.id}](${row.id}.json)` : row.id;
  const runs = document?.runs ?? [];
  if (runs.length === 0) {
    return row.figures.map((figure) => tableLine([name, figure.name, figure.reported, 'not run yet']));
  }
  return runs.flatMap((run) =>
    row.figures.map((figure) => {
      const found = run.figures.find((each) => each.name === figure.name);
      return tableLine([
        name,
        figure.name,
        figure.reported,
        found && `**${found.value}${unitAfter(found.unit)}**`,
        intervalOf(found),
        stepsOf(found?.steps),
        stepsOf(plannedOf(run.budget.steps)),
        minutesOf(run.budget),
        run.seed ?? '',
        run.commits.join(' '),
      ]);
    }),
  );
}

/** What was printed before the ledger is told as it was printed. */
function intervalOf({ low, high, spread = '' } = {}) {
  return low === undefined ? spread : `${low} to ${high}`;
}

function tableLine(cells) {
  const filled = [...cells, ...Array(10 - cells.length).fill('')];
  return `| ${filled.map((cell) => cell ?? '').join(' | ')} |`;
}

const unitAfter = (unit) => (unit === '' ? '' : ` ${unit}`);

function minutesOf({ minutes }) {
  return minutes ? Math.round(minutes.training + (minutes.measuring ?? 0)) : '';
}

function plannedOf(steps = {}) {
  return Object.fromEntries(Object.entries(steps).map(([name, { planned }]) => [name, planned]));
}

/** "69,529", or each training's by its name where they differ. */
function stepsOf(steps) {
  const all = Object.entries(steps ?? {}).filter(([, count]) => count !== null);
  const counts = new Set(all.map(([, count]) => count));
  if (counts.size <= 1) return [...counts].map((count) => count.toLocaleString('en-US')).join('');
  return all.map(([name, count]) => `${name} ${count.toLocaleString('en-US')}`).join(', ');
}

function describeCuts({ id, title, cut, differs }) {
  const said = [
    cut.length > 0 ? `Cut: ${cut.join('; ')}.` : 'Nothing is cut.',
    ...(differs.length > 0 ? [`Differs from the paper: ${differs.join('; ')}.`] : []),
  ];
  return `- **${id}**: ${title}. ${said.join(' ')}`;
}
