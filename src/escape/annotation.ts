import { neutralize } from './neutralize.js';
import { disarm } from './runner-commands.js';

/** A command for GitHub's runner that shows an error beside the job. */
export function errorAnnotation(title: string, message: string): string {
  return `::error title=${escapeProperty(title)}::${escapeData(message)}`;
}

/** As GitHub's own toolkit escapes them; control characters are made visible first. */
function escapeData(text: string): string {
  return disarm(neutralize(text)).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
