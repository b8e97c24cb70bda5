import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { locateLibraries } from '../../src/openvino/locate.mjs';
import { probeBinding } from '../../src/openvino/probe-binding.mjs';
import { installAddon, linkPackage, makeCheckout, type PackageState, SETUP_PACKAGES } from './checkout.ts';
import { STEP_MODEL } from './tiny-models.ts';

const root = makeCheckout();
for (const name of SETUP_PACKAGES) linkPackage(root, name);
const { probeBinding: probeThere }: { probeBinding: typeof probeBinding } = await import(
  pathToFileURL(join(root, 'src/openvino/probe-binding.mjs')).href
);

const STATES: readonly (readonly [PackageState, 'absent' | 'crashed', RegExp])[] = [
  ['no bin', 'absent', /its native part is not/],
  ['garbage', 'absent', /ov_node_addon\.node/],
  ['crashes', 'crashed', /ends the process that loads it \(SIGSEGV\)/],
  ['too old', 'absent', /expected OpenVINO 2026\.4/],
  ['no addon', 'absent', /does not export an addon/],
];
for (const [state, kind, reason] of STATES) {
  test(`an openvino-node in the state "${state}" is ${kind}, and the process that asked lives on`, () => {
    installAddon(root, state);
    const probe = probeThere({ binding: 'openvino-node', library: null });
    assert.equal(probe.kind, kind);
    assert.match('reason' in probe ? probe.reason : '', reason);
  });
}

test('an openvino-node that does not answer is given up', () => {
  installAddon(root, 'hangs');
  const probe = probeThere({ binding: 'openvino-node', library: null }, process.env, 1000);
  assert.ok(probe.kind === 'crashed' && /did not answer/.test(probe.reason), JSON.stringify(probe));
});

test('a library that is none is absent, with its path', () => {
  const library = join(root, 'libopenvino_c.so.2641');
  writeFileSync(library, 'x');
  const probe = probeThere({ binding: 'c-api', library });
  assert.ok(probe.kind === 'absent' && probe.reason.includes(library), JSON.stringify(probe));
});

const skip = locateLibraries(process.env).usable.length === 0 && 'OpenVINO’s C library is not here';
for (const device of ['CPU', 'AUTO', 'HETERO:CPU', 'MULTI:CPU']) {
  test(`the C library computes on ${device} and tells which graphs it cannot read`, { skip }, () => {
    const [whole, cut] = [join(root, 'whole.xml'), join(root, 'cut.xml')];
    writeFileSync(whole, STEP_MODEL);
    writeFileSync(cut, STEP_MODEL.slice(0, 300));
    const probe = probeBinding({ binding: 'c-api', library: null, device, graphs: [whole, cut] });
    assert.ok(probe.kind === 'opened', JSON.stringify(probe));
    assert.deepEqual(Object.keys(probe.report.unreadable), [cut]);
    assert.ok(probe.report.inference && 'executionDevices' in probe.report.inference);
  });
}
