/** Makes valid random operations over a schema from a seed, for properties that every one must have. */
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';

export interface RandomQueryOptions {
  schema: GraphQLSchema;
  depth: number;
  /** Text for arguments of a scalar type; null lets the argument out. */
  scalar: (type: string, argument: string, random: () => number) => string | null;
}

/** The same seed makes the same query. */
export const randomQuery = (seed: number, options: RandomQueryOptions): string =>
  randomOperation(seed, { ...options, kind: 'query' }).query;

export interface RandomOperationOptions extends RandomQueryOptions {
  kind: 'query' | 'mutation';
  /** The value of a variable in the place of a scalar; undefined: it is written out, as `scalar` says. */
  variable?: (type: string, argument: string, random: () => number) => unknown;
}

export interface RandomOperation {
  query: string;
  variables: Record<string, unknown>;
}

/** The same seed makes the same operation. What variables hold may be refused; the document is valid. */
export function randomOperation(seed: number, options: RandomOperationOptions): RandomOperation {
  const random = mulberry(seed);
  const root = options.kind === 'query' ? options.schema.getQueryType() : options.schema.getMutationType();
  if (!root) throw new Error(`A schema without a ${options.kind}.`);
  const definitions: string[] = [];
  const variables: Record<string, unknown> = {};
  let aliases = 0;
  const pick = <Value>(values: readonly Value[]): Value | undefined => values[Math.floor(random() * values.length)];

  function selection(type: GraphQLNamedType, depth: number): string {
    const parts: string[] = random() < 0.2 ? ['__typename'] : [];
    if (isObjectType(type) || isInterfaceType(type)) {
      const fields = Object.values(type.getFields());
      const count = 1 + Math.floor(random() * 4);
      const chosen = new Set(Array.from({ length: count }, () => pick(fields)));
      for (const field of chosen) if (field) parts.push(fieldText(field, depth));
    }
    if (isAbstractType(type)) {
      for (const possible of options.schema.getPossibleTypes(type)) {
        if (random() < 0.3) parts.push(`... on ${possible.name} { ${selection(possible, depth)} }`);
      }
    }
    const filled = parts.filter((part) => part !== '');
    return filled.length > 0 ? filled.join(' ') : '__typename';
  }

  function fieldText(field: GraphQLField<unknown, unknown>, depth: number): string {
    const type = getNamedType(field.type);
    if (!isLeafType(type) && depth <= 1) return '';
    const args = field.args.flatMap((argument) => argumentText(argument));
    // Fields of one name with other arguments, or in fragments on several types, would conflict: each gets an alias.
    aliases += 1;
    const text = `f${aliases}: ${field.name}${args.length > 0 ? `(${args.join(', ')})` : ''}`;
    const directive = random() < 0.02 ? ` @include(if: ${random() < 0.5})` : '';
    return isLeafType(type) ? text + directive : `${text}${directive} { ${selection(type, depth - 1)} }`;
  }

  function argumentText(argument: GraphQLArgument): string[] {
    if (!isNonNullType(argument.type) && random() < 0.6) return [];
    const value = valueText(argument.type, argument.name);
    return value === null ? [] : [`${argument.name}: ${value}`];
  }

  function valueText(type: GraphQLInputType, name: string): string | null {
    if (isNonNullType(type)) return valueText(type.ofType, name);
    if (isListType(type)) {
      const value = valueText(type.ofType, name);
      return value === null ? '[]' : `[${value}]`;
    }
    if (isEnumType(type)) {
      const values = type.getValues();
      // A low end above its high end is refused.
      return (name === 'low' || name === 'high' ? values[0] : pick(values))?.name ?? null;
    }
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).flatMap((field) => {
        if (!isNonNullType(field.type) && random() < 0.7) return [];
        const value = valueText(field.type, field.name);
        return value === null ? [] : [`${field.name}: ${value}`];
      });
      return `{ ${fields.join(', ')} }`;
    }
    const value = options.variable?.(type.name, name, random);
    if (value === undefined) return options.scalar(type.name, name, random);
    const variable = `v${definitions.length}`;
    definitions.push(`$${variable}: ${type.name}!`);
    variables[variable] = value;
    return `$${variable}`;
  }

  const selected = selection(root, options.depth);
  const declared = definitions.length === 0 ? '' : `(${definitions.join(', ')})`;
  const head = options.kind === 'query' && declared === '' ? '' : `${options.kind}${declared} `;
  return { query: `${head}{ ${selected} }`, variables };
}

/** A small generator of numbers from 0 to 1 with a seed. */
function mulberry(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
