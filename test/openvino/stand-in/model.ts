import type { AddonCompiledModel, AddonModel, AddonOutput } from '../../../src/openvino/node-addon/addon.ts';
import { readFilePorts } from '../../../src/openvino/node-addon/file-ports.ts';
import type { CompiledModel, ModelPorts, Port, Shape } from '../../../src/openvino/runtime.ts';
import { StandInInferRequest } from './infer-request.ts';
import { toJsValue } from './values.ts';

/** What a port without a name answers: a made-up name, or the end of the process, or an exception. */
export type NamelessPort = () => string;

export class StandInPort implements AddonOutput {
  readonly #name: string | NamelessPort;
  readonly #shape: () => Shape;

  constructor(name: string | NamelessPort, shape: () => Shape) {
    this.#name = name;
    this.#shape = shape;
  }

  getAnyName(): string {
    return typeof this.#name === 'string' ? this.#name : this.#name();
  }

  getPartialShape() {
    const shape = this.#shape();
    const isRankUnknown = shape.length === 1 && shape[0] === -1;
    const sizes = shape.map((size) => (size < 0 ? '?' : size)).join(',');
    return {
      toString: () => (isRankUnknown ? '[...]' : `[${sizes}]`),
      getDimensions: () =>
        shape.map((size): number | readonly [number, number] => (size < 0 ? [0, -1] : size)),
    };
  }
}

export class StandInModel implements AddonModel {
  readonly xmlPath: string;
  readonly shapes: Record<string, Shape> = {};
  readonly hasNamelessOutput: boolean;
  readonly inputs: readonly StandInPort[];
  readonly outputs: readonly StandInPort[];
  readonly #ports: ModelPorts;

  constructor(xmlPath: string, xml: string, ports: ModelPorts, nameless: NamelessPort) {
    this.xmlPath = xmlPath;
    this.#ports = ports;
    const file = readFilePorts(xml);
    const isNameless = (named: { names: readonly string[] } | undefined) => named?.names.length === 0;
    this.hasNamelessOutput = file.outputs.some(isNameless);
    const port = ({ name, shape }: Port, isUnnamed: boolean) =>
      new StandInPort(isUnnamed ? nameless : name, () => this.shapes[name] ?? shape);
    this.inputs = ports.inputs.map((input, index) => port(input, isNameless(file.inputs[index])));
    this.outputs = ports.outputs.map((output, index) => port(output, isNameless(file.outputs[index])));
  }

  getOutputElementType(index: number): string {
    return this.#ports.outputs[index]?.elementType ?? 'dynamic';
  }

  /** Looked at when the model is compiled; the genuine one does it at once. */
  reshape(shapes: Map<number, string>): this {
    for (const [index, text] of shapes) {
      const input = this.#ports.inputs[index];
      if (input === undefined) throw new Error('No such input');
      this.shapes[input.name] = JSON.parse(text);
    }
    return this;
  }
}

const collected = new FinalizationRegistry<CompiledModel>((compiled) => void compiled.dispose());

export class StandInCompiledModel implements AddonCompiledModel {
  readonly inputs: readonly StandInPort[];
  readonly outputs: readonly StandInPort[];
  readonly #compiled: CompiledModel;
  readonly #hasNamelessOutput: boolean;

  constructor(compiled: CompiledModel, hasNamelessOutput: boolean) {
    // Compiling merges names, and any of them may be told.
    const port = ({ shape }: Port) => new StandInPort('0', () => shape);
    this.inputs = compiled.inputs.map(port);
    this.outputs = compiled.outputs.map(port);
    this.#compiled = compiled;
    this.#hasNamelessOutput = hasNamelessOutput;
    collected.register(this, compiled);
  }

  createInferRequest(): StandInInferRequest {
    return new StandInInferRequest(this.#compiled, this.#hasNamelessOutput);
  }

  getProperty(key: string): unknown {
    return toJsValue(key, this.#compiled.property(key));
  }
}
