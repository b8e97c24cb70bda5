import type { ElementType, ModelPorts, Port } from '../../openvino/runtime.ts';
import type { IrFile } from './ir-file.ts';
import { invalidModel } from './json-file.ts';

interface Role {
  /** For users: "the latents". */
  readonly what: string;
  /** Its names in exports of Optimum Intel, new and old. */
  readonly names: readonly string[];
  readonly ranks: readonly number[];
  readonly elementTypes: readonly ElementType[];
}

const WHOLE_NUMBERS: readonly ElementType[] = ['i64', 'i32'];

/** The port that U-Nets with normalized attention guidance have (models/riff_conversion/nag.py). */
export const NEGATIVE_PORT = 'encoder_hidden_states_negative';

const ROLES = {
  tokenIds: { what: 'the token ids', names: ['input_ids'], ranks: [2], elementTypes: WHOLE_NUMBERS },
  hiddenStates: {
    what: 'the text embeddings',
    names: ['last_hidden_state', 'encoder_hidden_states'],
    ranks: [3],
    elementTypes: ['f32'],
  },
  negativeHiddenStates: {
    what: 'the embeddings of the negative prompt',
    names: [NEGATIVE_PORT],
    ranks: [3],
    elementTypes: ['f32'],
  },
  timestep: {
    what: 'the timestep',
    names: ['timestep', 't'],
    ranks: [0, 1],
    elementTypes: ['f32', ...WHOLE_NUMBERS],
  },
  latents: {
    what: 'the latents',
    names: ['sample', 'latent_sample', 'latent_parameters', 'latents'],
    ranks: [4],
    elementTypes: ['f32'],
  },
  predicted: { what: 'the predicted noise', names: ['out_sample'], ranks: [4], elementTypes: ['f32'] },
  picture: { what: 'the picture', names: ['sample'], ranks: [4], elementTypes: ['f32'] },
} as const satisfies Record<string, Role>;

type RoleName = keyof typeof ROLES;

/**
 * The input of every role, known by name or else by rank and element type.
 * Throws RiffError('invalid_model') listing the ports when a role is missing, is not clear, or an input has none.
 */
export function inputsByRole<R extends RoleName>(ir: IrFile, roles: readonly R[]): Record<R, Port> {
  const found = ports(ir, 'inputs', roles);
  if (ir.ports.inputs.length === roles.length) return found;
  const expected = `${roles.length} inputs (${roles.map((role) => ROLES[role].what).join(', ')})`;
  throw invalidModel(ir.xmlPath, expected, listed(ir.ports.inputs), 'use an export without the others');
}

/** The output of a role; where several fit and none has a known name, the first. */
export function outputByRole(ir: IrFile, role: RoleName): Port {
  return ports(ir, 'outputs', [role])[role];
}

function ports<R extends RoleName>(ir: IrFile, side: keyof ModelPorts, roles: readonly R[]): Record<R, Port> {
  const found = roles.map((role): [R, Port] => [role, portOf(ir, side, ROLES[role])]);
  return Object.fromEntries(found) as Record<R, Port>;
}

function portOf(ir: IrFile, side: keyof ModelPorts, role: Role): Port {
  const fitting = ir.ports[side].filter(
    ({ shape, elementType }) => role.ranks.includes(shape.length) && role.elementTypes.includes(elementType),
  );
  const named = fitting.find(({ name }) => role.names.includes(name));
  const port = named ?? fitting[0];
  if (port && (named || fitting.length === 1 || side === 'outputs')) return port;
  const expected = `one of the ${side} to be ${role.what}: ${role.elementTypes.join(' or ')} of rank ${role.ranks.join(' or ')}`;
  throw invalidModel(ir.xmlPath, expected, listed(ir.ports[side]));
}

/** False for a dimension that the file leaves open. */
export function isStatic(dimension: number | undefined): dimension is number {
  return dimension !== undefined && dimension >= 0;
}

function listed(found: readonly Port[]): string {
  return (
    found.map(({ name, elementType, shape }) => `${name} ${elementType}[${shape.join(',')}]`).join(', ') ||
    'none'
  );
}
