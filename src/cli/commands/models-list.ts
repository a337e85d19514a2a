import { neutralise } from '../../report/neutralise.js';
import { layOutTable } from '../../report/text-table.js';
import type { Command } from '../command.js';
import { JSON_OPTION, toPrettyJson } from '../json-option.js';

export const modelsListCommand: Command = {
  options: JSON_OPTION,
  async run(argv, { print }) {
    const { listNetworks } = await import('../../index.js');
    const cards = await listNetworks();
    if (argv.json) {
      print(toPrettyJson(cards));
      return 0;
    }
    const rows = cards.map(({ name, input, outputs, classes, status }) => [
      neutralise(name),
      `${input.size}×${input.size}`,
      String(outputs.features?.width ?? '–'),
      String(outputs.logits?.width ?? '–'),
      describeClasses(classes),
      neutralise(status ?? ''),
    ]);
    const lines = layOutTable(
      [
        { heading: 'name', align: 'left' },
        { heading: 'input', align: 'left' },
        { heading: 'features', align: 'right' },
        { heading: 'logits', align: 'right' },
        { heading: 'classes', align: 'left' },
        { heading: 'status', align: 'left' },
      ],
      rows,
      { width: Number.POSITIVE_INFINITY, indent: '', styleHeading: (text) => text },
    );
    print(`${lines.join('\n')}\n`);
    return 0;
  },
};

function describeClasses(classes: readonly string[] = []): string {
  const shown = classes.slice(0, 3).map(neutralise).join(', ');
  return classes.length > 3 ? `${shown}, … (${classes.length})` : shown;
}
