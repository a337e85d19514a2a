import { COMMANDS } from '../../commands.js';
import { makeCliPage } from './cli-page.js';
import { makeConfigurationPage } from './configuration-page.js';
import { makeExitCodesPage } from './exit-codes-page.js';
import { makeMetricsPage } from './metrics-page.js';
import { makeSchemasPage } from './schemas-page.js';

/** The pages of `docs/reference` that are made from the code, as Markdown by the name of their file. */
export async function makeReferencePages(): Promise<Readonly<Record<string, string>>> {
  return {
    'cli.md': await makeCliPage(COMMANDS),
    'configuration.md': makeConfigurationPage(),
    'exit-codes.md': makeExitCodesPage(),
    'metrics.md': makeMetricsPage(),
    'schemas.md': makeSchemasPage(),
  };
}
