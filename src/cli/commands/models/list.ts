import { jsonText } from '../../../escape/json-text.js';
import { neutralize } from '../../../escape/neutralize.js';
import type { CatalogueEntry } from '../../../networks/catalogue.js';
import { formatBytes } from '../../../report/text/numbers.js';
import { layOutPlainTable, wrap } from '../../../report/text/text-table.js';
import type { Command } from '../../command.js';
import { libraryOptions } from '../../options/groups.js';
import { JSON_OPTION } from '../../options/json-option.js';
import { gatherOptions } from '../../options/sources.js';
import { textWidth } from '../../output/text-width.js';

/** A network as the list shows it. */
interface Row {
  readonly name: string;
  readonly where: 'embedded' | 'store' | 'pull';
  /** Of the .onnx file; of the weight file for one that can be pulled; null where its publisher does not say. */
  readonly bytes: number | null;
  readonly license: string | null;
  /** What it is for, or what its numbers may be compared with. */
  readonly purpose: string | null;
}

const INDENT = '  ';
const WHERE = { embedded: 'embedded', store: 'in the store', pull: 'can be pulled' } as const;

export const modelsListCommand: Command = {
  options: { ...JSON_OPTION, ...libraryOptions(['modelsDir']) },
  async run(argv, context) {
    const { modelsDir } = await gatherOptions(['modelsDir'], argv, context);
    const { listKnownNetworks, modelsFolder, readCatalogue } = await import('../../../index.js');
    const { isUnpinned } = await import('../../../networks/catalogue.js');
    const known = await listKnownNetworks(modelsDir);
    const catalogue = await readCatalogue();
    const pullable = catalogue.filter(({ name }) => !known.some(({ card }) => card.name === name));
    if (argv.json) {
      const cards = known.map(({ origin, path, bytes, card }) => ({ where: origin, path, bytes, ...card }));
      context.print(
        jsonText({ store: modelsFolder(modelsDir), networks: [...cards, ...pullable.map(toJson)] }),
      );
      return 0;
    }
    const rows: Row[] = [
      ...known.map(({ origin, bytes, card }) => ({
        name: card.name,
        where: origin,
        bytes,
        license: card.license ?? null,
        purpose: card.status ?? (card.comparableWith ? `comparable with ${card.comparableWith}` : null),
      })),
      ...pullable.map(({ name, weights, license, purpose }) => ({
        name,
        where: 'pull' as const,
        bytes: weights.bytes ?? null,
        license,
        purpose: isUnpinned(weights) ? `${purpose} (its publisher states no digest)` : purpose,
      })),
    ];
    context.print(toText(rows, textWidth()));
    context.note(`The store is ${modelsFolder(modelsDir)}.`);
    return 0;
  },
};

function toJson({ name, weights, license, paper, purpose }: CatalogueEntry) {
  return { where: 'pull', name, purpose, license, paper, ...weights };
}

/** A line for each network, and under it what it is for and its license. */
function toText(rows: readonly Row[], width: number): string {
  const heads = layOutPlainTable(
    [
      { heading: 'name', align: 'left' },
      { heading: 'where', align: 'left' },
      { heading: 'size', align: 'right' },
    ],
    rows.map(({ name, where, bytes }) => [
      neutralize(name),
      WHERE[where],
      bytes === null ? '–' : formatBytes(bytes),
    ]),
  );
  const [heading, ...lines] = heads;
  const notes = ({ purpose, license }: Row) =>
    [purpose, `license: ${license ?? 'not known'}`].flatMap((text) =>
      text === null ? [] : wrap(neutralize(text), width, INDENT),
    );
  const blocks = rows.flatMap((row, i) => [lines[i], ...notes(row)]);
  return `${[heading, ...blocks].join('\n')}\n`;
}
