import { readFileSync } from 'node:fs';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const FILE = new URL('openapi.json', import.meta.url);
const FILE_ID = 'discord.json';
/** Discord documents permission sets as texts and takes them; its file describes them as numbers in requests. */
const PERMISSIONS_AS_TEXT = 'request/default_member_permissions: must be integer';

/** One request and its answer; bodies as parsed. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  /** Template of Discord's OpenAPI file, such as `/channels/{channel_id}`; null for an unknown route. */
  readonly route: string | null;
  readonly body: unknown;
  readonly status: number;
  readonly response: unknown;
}

interface MediaTypes {
  readonly content?: Readonly<Record<string, { readonly schema?: object }>>;
}

interface Operation {
  readonly requestBody?: MediaTypes;
  readonly responses: Readonly<Record<string, MediaTypes>>;
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** Checks what went over the wire against Discord's description. Schemas compile at first use: there are many. */
export class OpenApiContract {
  readonly #ajv = new Ajv2020({ strict: false, allErrors: false, validateFormats: true, logger: false });
  readonly #api: OpenApi;
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor() {
    this.#api = JSON.parse(readFileSync(FILE, 'utf8')) as OpenApi;
    addFormats.default(this.#ajv);
    this.#ajv.addFormat('snowflake', /^\d{1,20}$/);
    this.#ajv.addFormat('nonce', (text) => text.length <= 25);
    this.#ajv.addSchema(this.#api, FILE_ID);
  }

  /** One sentence per problem of the request's body and of the answer that it got; empty = as described. */
  problemsOf(request: WireRequest): string[] {
    const operation = this.#api.paths[request.route ?? '']?.[request.method.toLowerCase()];
    if (!operation)
      return [`${request.method} ${request.path}: expected a route of openapi.json; add it to trim.ts`];
    return [...this.#bodyProblems(request, operation), ...this.#answerProblems(request, operation)].filter(
      (problem) => !problem.includes(PERMISSIONS_AS_TEXT),
    );
  }

  #bodyProblems(request: WireRequest, operation: Operation): string[] {
    if (request.body === null || !operation.requestBody) return [];
    const where = ['requestBody', 'content', 'application/json', 'schema'];
    return this.#problems(request, 'request', where, request.body);
  }

  #answerProblems(request: WireRequest, operation: Operation): string[] {
    if (request.status >= 400) return [];
    const answer = operation.responses[request.status];
    if (!answer) return [`${request.method} ${request.route}: Discord describes no answer ${request.status}`];
    if (!answer.content) return request.response === undefined ? [] : ['expected an empty answer'];
    const where = ['responses', String(request.status), 'content', 'application/json', 'schema'];
    return this.#problems(request, 'answer', where, request.response);
  }

  #problems(request: WireRequest, side: string, where: readonly string[], value: unknown): string[] {
    const method = request.method.toLowerCase();
    const validate = this.#validator(['paths', request.route ?? '', method, ...where]);
    if (validate(value)) return [];
    const name = `${request.method} ${request.route} ${side}`;
    return deepest(validate.errors ?? []).map((error) => `${name}${error.instancePath}: ${error.message}`);
  }

  #validator(path: readonly string[]): ValidateFunction {
    const pointer = path
      .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
      .join('/');
    const known = this.#compiled.get(pointer);
    if (known) return known;
    const compiled = this.#ajv.compile({ $ref: `${FILE_ID}#/${pointer}` });
    this.#compiled.set(pointer, compiled);
    return compiled;
  }
}

/** Unions report one error per branch; the ones farthest inside say what is wrong. */
function deepest(errors: readonly ErrorObject[]): ErrorObject[] {
  const depth = (error: ErrorObject): number => error.instancePath.split('/').length;
  const most = Math.max(...errors.map(depth));
  return errors.filter((error) => depth(error) === most).slice(0, 5);
}
