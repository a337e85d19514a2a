// Runners of CI read commands from the output of a step. GitHub, Azure Pipelines and TeamCity find `##[…]`, `##vso[…]` and
// `##teamcity[…]` anywhere in a line; GitHub finds `::…::` and Buildkite `--- `, `+++ `, `~~~ ` and `^^^ ` where a line begins.
// The markers of GitLab and Travis need a carriage return and an escape, which no text of ours lets through.
const ANYWHERE = /##(?=\w*\[)/g;
const STYLES_AND_SPACES = '(?:\\s|\\u001b\\[[\\d;]*m)*';
const COLONS = new RegExp(`^(${STYLES_AND_SPACES}:)(?=:)`, 'gm');
const GROUPS = new RegExp(`^(${STYLES_AND_SPACES}(?:--|\\+\\+|~~|\\^\\^))(?=[-+~^]\\s)`, 'gm');

/** Breaks, by a space, everything in a text that the runner of a CI service would take for a command. */
export function disarm(text: string): string {
  return text
    .replace(/##(\w*)\[/g, '##$1 [')
    .replace(COLONS, '$1 ')
    .replace(GROUPS, '$1 ');
}

/** The text with the first `#` of every `##[…`, `##vso[…` and `##teamcity[…` replaced. */
export function replaceCommandSigns(text: string, sign: string): string {
  return text.replace(ANYWHERE, `${sign}#`);
}
