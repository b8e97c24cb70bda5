import { messageOf, RiffError } from '../../errors.ts';
import { firstLines } from '../ports.ts';
import { propertyText } from '../property-text.ts';
import type { CompiledModel, InferRequest, ModelPorts, Port } from '../runtime.ts';
import type { AddonCompiledModel, AddonCore, OpenVinoAddon } from './addon.ts';
import { AddonRequest } from './infer-request.ts';
import { withShapes } from './ports.ts';

/** Includes the core, which the addon's compiled model does not keep alive. */
interface Held {
  readonly addon: OpenVinoAddon;
  readonly core: AddonCore;
  readonly compiled: AddonCompiledModel;
}

export class NodeAddonCompiledModel implements CompiledModel {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly #requests = new Set<AddonRequest>();
  readonly #onDispose: (compiled: NodeAddonCompiledModel) => void;
  #held: Held | undefined;

  constructor(held: Held, ports: ModelPorts, onDispose: (compiled: NodeAddonCompiledModel) => void) {
    this.inputs = withShapes(ports.inputs, held.compiled.inputs);
    this.outputs = withShapes(ports.outputs, held.compiled.outputs);
    this.#held = held;
    this.#onDispose = onDispose;
  }

  createRequest(): InferRequest {
    const { addon, compiled } = this.#live();
    const request = new AddonRequest(addon, compiled, this, (gone) => this.#requests.delete(gone));
    this.#requests.add(request);
    return request;
  }

  property(key: string): string {
    const { compiled } = this.#live();
    try {
      const text = propertyText(compiled.getProperty(key));
      if (text === undefined) throw new Error('openvino-node has no value for it');
      return text;
    } catch (error) {
      const reason = firstLines(messageOf(error));
      throw new RiffError('openvino_failed', `OpenVINO could not read the property ${key}: ${reason}.`, {
        cause: error,
      });
    }
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.#requests].map((request) => request.dispose()));
    this.#held = undefined;
    this.#onDispose(this);
  }

  #live(): Held {
    if (this.#held !== undefined) return this.#held;
    throw new RiffError(
      'openvino_failed',
      'compiled model: expected a live one, got one that was disposed; compile again',
    );
  }
}
