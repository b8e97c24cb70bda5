import assert from 'node:assert/strict';
import { test } from 'node:test';
import { weightPrecision } from '../../src/model-library/weight-precision.ts';

const constant = (type: string, bytes: number) =>
  `<layer type="Const"><data element_type="${type}" shape="1" offset="0" size="${bytes}"/></layer>`;

const CASES: readonly (readonly [string, string])[] = [
  [constant('f32', 400), 'f32'],
  [constant('f32', 40) + constant('f16', 400), 'f16'],
  [constant('i64', 80) + constant('u8', 400) + constant('f16', 100), 'int8'],
  [`${constant('i8', 400)}<layer type="FakeQuantize"/>`, 'int8-hybrid'],
  [constant('u4', 400), 'int4'],
  ['<net><layer type="Parameter"><data shape="1" element_type="f32"/></layer></net>', 'none'],
];

for (const [xml, expected] of CASES) {
  test(`${xml.slice(0, 90)} … is ${expected}`, () => assert.equal(weightPrecision(xml), expected));
}
