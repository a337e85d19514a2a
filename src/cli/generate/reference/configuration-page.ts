import { GLOBAL_OPTIONS, MODELS_MIRROR, variableOf } from '../../options/global-flags.js';
import { type OptionSpec, optionSpecs } from '../../options/specs.js';
import { GENERATED, joinBlocks, makeTable, toCell, toCode } from './markdown.js';

const INTRODUCTION = `# Config file and environment

The options below can stand in a JSON file that \`--config\` names, or in environment variables. A flag overrides the environment, which
overrides the file; what none of them names has its default. A command takes the options that it knows and leaves the others
to other commands, so one file can serve all of them.

\`\`\`json
{
  "$schema": "./node_modules/ganeval/dist/schema/config.schema.json",
  "reference": "real/",
  "metrics": ["is", "fid", "kid"],
  "seed": 2020
}
\`\`\`

- Paths in a file count from the folder of the file; those in flags and variables from the working folder.
- A key that is no option is an error, and so is a value that does not fit. A variable that begins with \`GANEVAL_\` and is none of these is
  noted on stderr.
- In a variable, the parts of a list are separated by commas, and a switch is \`true\`, \`1\`, \`false\` or \`0\`. An empty variable counts as
  absent.`;

/** The reference of the config file's keys and the environment variables, as Markdown. */
export function makeConfigurationPage(): string {
  return joinBlocks([
    GENERATED,
    INTRODUCTION,
    '## Options',
    makeTable(
      ['key', 'flag', 'variable', 'takes', 'default', 'what it does'],
      optionSpecs().map((spec) => [
        toCode(spec.key),
        toCode(`--${spec.flag}`),
        toCode(spec.variable),
        describeType(spec),
        toCell(spec.defaultText ?? ''),
        toCell(spec.description),
      ]),
    ),
    '## Variables alone',
    makeTable(
      ['variable', 'what it does'],
      [
        ...Object.entries(GLOBAL_OPTIONS).map(([name, { description }]) => [
          toCode(variableOf(name)),
          `As ${toCode(`--${name}`)}: ${toCell(description ?? '')}`,
        ]),
        [toCode(MODELS_MIRROR), `As ${toCode('--mirror')} of ${toCode('ganeval models pull')}`],
        ['`NO_COLOR`, `FORCE_COLOR`', 'Whether text on a terminal is colored'],
        [
          '`GITHUB_ACTIONS`',
          'Where it is `true`, `ganeval gate` writes an annotation for each rule that did not pass',
        ],
        [
          '`GITHUB_STEP_SUMMARY`',
          'File to which `ganeval gate` appends the verdict as Markdown, and `ganeval watch` at its end the last sets',
        ],
        [
          '`MLFLOW_TRACKING_TOKEN`, `MLFLOW_EXPERIMENT_NAME`, `MLFLOW_RUN_ID`',
          'As MLflow’s own clients read them, for `ganeval watch --mlflow`',
        ],
      ],
    ),
  ]);
}

const SINGULARS = { text: 'text', number: 'number', boolean: 'switch' } as const;
const PLURALS = { text: 'texts', number: 'numbers', boolean: 'switches' } as const;

function describeType({ kind, list, repeatable, choices }: OptionSpec): string {
  const one = choices ? choices.map(toCode).join(', ') : list ? PLURALS[kind] : SINGULARS[kind];
  if (repeatable) return `${one}, or a list of ${PLURALS[kind]}`;
  return list ? `list of ${one}` : one;
}
