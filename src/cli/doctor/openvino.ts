import { BINDINGS, type Binding } from '../../config.ts';
import type { BindingReport } from '../../openvino/inspect-binding.ts';
import type { Probe, ProbeRequest } from '../../openvino/probe-binding.mjs';
import type { Finding } from './finding.ts';

/** Opens a binding in a child process, where a crash does no harm. */
export type ProbeBinding = (request: ProbeRequest) => Probe;

/** Either binding is enough. */
const FIXES: Readonly<Record<Binding, string>> = {
  'openvino-node':
    'Run "npm install openvino-node" with Node 21 or later where its download is allowed; or set OPENVINO_BINDING=c-api in .env.',
  'c-api':
    'Run "OPENVINO_BINDING=c-api node src/setup.mjs" to fetch OpenVINO with pip, or install it and set OPENVINO_LIB to its libopenvino_c.',
};

/** With OPENVINO_LIB set, no other library is tried and set-up fetches none. */
export const LIBRARY_FIX = 'Correct OPENVINO_LIB, or unset it and run "node src/setup.mjs".';

/** Riff uses the first installed binding, so a crash in it stops every engine. */
const CRASH_FIXES: Readonly<Record<Binding, string>> = {
  'openvino-node':
    'Set OPENVINO_BINDING=c-api in .env, then run "node src/setup.mjs"; or remove node_modules/openvino-node.',
  'c-api': 'Set OPENVINO_LIB to another OpenVINO, or install openvino-node.',
};

export interface BindingsReport {
  readonly findings: readonly Finding[];
  /** Of the binding that Riff will use. */
  readonly report: BindingReport | null;
}

interface BindingOptions extends Omit<ProbeRequest, 'binding'> {
  /** OPENVINO_BINDING: only this one is tried. */
  readonly wanted: Binding | null;
}

/** Opens every binding, each in its own process. */
export function checkBindings(probe: ProbeBinding, { wanted, ...request }: BindingOptions): BindingsReport {
  const tried = wanted === null ? BINDINGS : [wanted];
  let report: BindingReport | null = null;
  const absences: [Binding, string][] = [];
  const findings: Finding[] = [];
  for (const binding of tried) {
    const seen = probe(report === null ? { binding, ...request } : { binding, library: request.library });
    if (seen.kind === 'opened') {
      findings.push(describeReport(binding, seen.report, report === null));
      report ??= seen.report;
    } else if (seen.kind === 'absent') absences.push([binding, seen.reason]);
    else findings.push(describeCrash(binding, seen.reason, report === null));
  }
  return {
    findings: [
      ...findings,
      ...absences.map(([binding, reason]) =>
        describeAbsence(binding, reason, report, request.library, wanted === null),
      ),
    ],
    report,
  };
}

function describeReport(about: Binding, { version, location }: BindingReport, isFirst: boolean): Finding {
  const use = isFirst ? 'will be used' : 'could be used as well';
  return { kind: 'ok', about, detail: `${use}: OpenVINO ${version} in ${location}` };
}

/** A crash is only a warning if another binding works first, because Riff never opens this one then. */
function describeCrash(about: Binding, reason: string, isInTheWay: boolean): Finding {
  const fix = CRASH_FIXES[about];
  return { kind: isInTheWay ? 'failure' : 'warning', about, detail: reason, fix };
}

function describeAbsence(
  about: Binding,
  reason: string,
  report: BindingReport | null,
  library: string | null,
  isOneOfTwo: boolean,
): Finding {
  if (report !== null) return { kind: 'ok', about, detail: `not there, not needed: ${reason}` };
  const fix = about === 'c-api' && library !== null ? LIBRARY_FIX : FIXES[about];
  return {
    kind: 'failure',
    about,
    detail: isOneOfTwo ? `${reason} (either binding is enough)` : reason,
    fix,
  };
}

/** Lists the devices, and says whether a tiny graph ran on the configured one. */
export function checkDevice({ devices, inference }: BindingReport): readonly Finding[] {
  const list = devices.map(({ name, fullName }) => `${name} (${fullName})`).join(', ');
  const found: Finding = { kind: 'ok', about: 'Devices', detail: list };
  if (inference === null) return [found];
  const about = 'Inference';
  if ('problem' in inference) {
    const names = [...devices.map(({ name }) => name), 'AUTO'].join(', ');
    const fix = `Set DEVICE to one of ${names}, or look at that device's driver.`;
    return [found, { kind: 'failure', about, detail: inference.problem, fix }];
  }
  const { executionDevices, inferencePrecision } = inference;
  const precision = inferencePrecision === null ? '' : `, in ${inferencePrecision}`;
  return [found, { kind: 'ok', about, detail: `a tiny graph runs on ${executionDevices}${precision}` }];
}
