import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFilePorts } from '../../../src/openvino/node-addon/file-ports.ts';

const INNER =
  '<body><layers><layer id="0" name="x" type="Parameter"><output><port id="0" names="inner"/></output></layer>' +
  '<layer id="9" name="y" type="Result"><input><port id="0"/></input></layer></layers>' +
  '<edges><edge from-layer="0" from-port="0" to-layer="9" to-port="0"/></edges></body>';
const MODEL = `<net><layers>
  <layer id="7" name="b" type="Parameter"><data element_type="i64"/><output><port id="0" names="b,b\\,2"/></output></layer>
  <layer id="0" name="a" type="Parameter"><data element_type="f32"/><output><port id="0"/></output></layer>
  <layer id="2" name="loop" type="Loop"><input><port id="0"/></input>${INNER}<output><port id="1"/><port id="3" names="y"/></output></layer>
  <layer id="3" name="r" type="Result"><input><port id="0"/></input></layer>
  <layer id="9" name="s" type="Result"><input><port id="0"/></input></layer>
</layers><edges>
  <edge from-layer="2" from-port="3" to-layer="3" to-port="0"/>
  <edge from-layer="2" from-port="1" to-layer="9" to-port="0"/>
</edges></net>`;

test('ports come in the order of the file, with their names, and without those of graphs within the graph', () => {
  const { inputs, outputs } = readFilePorts(MODEL);
  assert.deepEqual(inputs, [
    { names: ['b', 'b\\,2'], elementType: 'i64' },
    { names: [], elementType: 'f32' },
  ]);
  assert.deepEqual(
    outputs.map(({ names }) => names),
    [['y'], []],
  );
});

test('a file that is no model has no ports', () => {
  assert.deepEqual(readFilePorts('{"unet": true}'), { inputs: [], outputs: [] });
});
