import { type AblateOptions, ablateOptionsSchema, listAblationMetricIds } from '../../ablate/options.js';
import { ABLATION_REPORT } from '../../report/ablation/report.js';
import type { Command } from '../command.js';
import { requireUsable } from '../exit-codes.js';
import { libraryOptions } from '../options/groups.js';
import { gatherOptions } from '../options/sources.js';
import { optionSpecs } from '../options/specs.js';
import { ReportSet, reportOptions } from '../output/report-set.js';
import { withProfile } from '../output/with-profile.js';

const KEYS = optionSpecs()
  .map(({ key }) => key)
  .filter((key) => key in ablateOptionsSchema.shape);

const shared = libraryOptions(KEYS);

export const ablateCommand: Command = withProfile({
  positionals: {
    pictures: {
      type: 'string',
      array: true,
      describe:
        'Folders of pictures (sub-folders are classes), or CSVs of path,label: one or more, side by side',
    },
  },
  options: {
    ...shared,
    metrics: {
      ...shared.metrics,
      choices: listAblationMetricIds(),
      description: 'Metrics to compute at each resolution, separated by commas',
    },
    resolutions: {
      ...shared.resolutions,
      description:
        'Sides in pixels to which pictures are reduced, in addition to their own size, separated by commas',
      defaultDescription: 'powers of two from 8 up',
    },
    ...reportOptions(ABLATION_REPORT),
    'dry-run': {
      type: 'boolean',
      group: 'The run:',
      description: 'Print what would be done and how long it would take',
    },
  },
  outputs: () => Object.keys(reportOptions(ABLATION_REPORT)),
  examples: [
    ['ganeval ablate samples/ --reference real/', 'samples and real pictures as two curves'],
    ['ganeval ablate epoch10/ epoch20/ --json a.json', 'two checkpoints side by side'],
  ],
  async run(argv, context) {
    const reports = new ReportSet(ABLATION_REPORT, argv);
    const options = (await gatherOptions(KEYS, argv, context)) as AblateOptions;
    const { ablate, ablateIllustrated, planAblation } = await import('../../index.js');
    const input = { ...options, samples: (argv.pictures as unknown[]).map(String) };
    if (argv['dry-run']) {
      const { planToText } = await import('../output/plan-text.js');
      context.print(planToText(await planAblation(input, context.hooks)));
    } else {
      const document = reports.showsPictures
        ? await ablateIllustrated(input, context.hooks)
        : { ablation: await ablate(input, context.hooks) };
      await reports.write(document, context);
      requireUsable(document.ablation.sets.map(({ images }) => images));
    }
    return 0;
  },
});
