import { english } from '../../messages/wording.ts';

/** The result of one check. `fix` says what to do, in a sentence. */
export type Finding =
  | { readonly kind: 'ok'; readonly about: string; readonly detail: string }
  | { readonly kind: 'warning'; readonly about: string; readonly detail: string; readonly fix: string }
  | { readonly kind: 'failure'; readonly about: string; readonly detail: string; readonly fix: string };

const MARKS: Readonly<Record<Finding['kind'], string>> = { ok: '✔', warning: '!', failure: '✘' };

/** A line for each finding, with its fix below it. */
export function renderFindings(findings: readonly Finding[]): string {
  const lines = findings.flatMap((finding) => {
    const line = `${MARKS[finding.kind]} ${finding.about}: ${finding.detail.replace(/\s*\n\s*/g, ' ')}`;
    return finding.kind === 'ok' ? [line] : [line, `    → ${finding.fix}`];
  });
  return `${[...lines, '', summary(findings)].join('\n')}\n`;
}

function summary(findings: readonly Finding[]): string {
  const count = (kind: Finding['kind']) => findings.filter((finding) => finding.kind === kind).length;
  const failures = count('failure');
  if (failures > 0) return `${english.counted(failures, 'thing keeps', 'things keep')} Riff from working.`;
  return count('warning') > 0 ? 'Riff works; see the warnings.' : 'Riff is ready.';
}
