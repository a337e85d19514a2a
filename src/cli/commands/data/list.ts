import { jsonText } from '../../../escape/json-text.js';
import { formatBytes, formatCount } from '../../../report/text/numbers.js';
import { layOutPlainTable } from '../../../report/text/text-table.js';
import type { Command } from '../../command.js';
import { JSON_OPTION } from '../../options/json-option.js';

export const dataListCommand: Command = {
  options: JSON_OPTION,
  async run(argv, { print }) {
    const { listDatasets } = await import('../../../datasets/catalogue.js');
    const datasets = listDatasets();
    if (argv.json) {
      print(jsonText(datasets));
      return 0;
    }
    const rows = datasets.map(({ name, title, train, test, classNames, npmPackage, downloadBytes }) => [
      name,
      title,
      formatCount(train),
      formatCount(test),
      String(classNames.length),
      `${npmPackage} (${formatBytes(downloadBytes)})`,
    ]);
    const lines = layOutPlainTable(
      [
        { heading: 'name', align: 'left' },
        { heading: 'title', align: 'left' },
        { heading: 'train', align: 'right' },
        { heading: 'test', align: 'right' },
        { heading: 'classes', align: 'right' },
        { heading: 'from npm', align: 'left' },
      ],
      rows,
    );
    print(`${lines.join('\n')}\n`);
    return 0;
  },
};
