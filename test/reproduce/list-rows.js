// The rows with how far they are, for a terminal.
import { readDocument } from './ledger.js';

/** A line for each row. */
export async function describeRows(rows, { ledger }) {
  const lines = [];
  for (const row of rows) {
    const document = await readDocument(ledger, row.id);
    const states = (document?.runs ?? []).map(describeRun);
    lines.push(`${row.id.padEnd(28)} ${row.title}: ${states.join('; ') || 'not run yet'}`);
  }
  return lines.join('\n');
}

function describeRun({ seed, state, figures, budget }) {
  const [first] = figures;
  const value = first ? `, ${first.name} ${first.value} ${first.unit}` : '';
  const steps = Object.entries(budget.steps ?? {})
    .map(([name, { done, planned }]) => `${name} ${planned === null ? done : `${done} of ${planned}`} steps`)
    .join(', ');
  return `${state}${seed === null ? '' : `, seed ${seed}`}${value}${steps && `, ${steps}`}`;
}
