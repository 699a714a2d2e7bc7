/** Names the argument or variable that a value in a document is given for: what graphql-js leaves out of its errors. */
import { type ASTNode, BREAK, type DocumentNode, Kind, visit } from 'graphql';

/** Such as `Argument filter.signedFrom of agreements`; null for a node that is no literal of an argument or variable. */
export function placeOfValue(document: DocumentNode, value: ASTNode | undefined): string | null {
  if (value === undefined || !literals.has(value.kind)) return null;
  let place: string | null = null;
  visit(document, {
    enter(node, _key, parent, _path, ancestors) {
      if (node !== value) return undefined;
      // The ancestors are those of the parent.
      place = nameOf([...ancestors, ...(parent === undefined ? [] : [parent])].filter((each) => 'kind' in each));
      return BREAK;
    },
  });
  return place;
}

const literals: ReadonlySet<string> = new Set([
  Kind.INT,
  Kind.FLOAT,
  Kind.STRING,
  Kind.BOOLEAN,
  Kind.NULL,
  Kind.ENUM,
  Kind.LIST,
  Kind.OBJECT,
]);

/** `ancestors` from the outside in: the last field, directive or variable is the one that the value is given for. */
function nameOf(ancestors: readonly ASTNode[]): string | null {
  let owner = '';
  let names: string[] = [];
  for (const each of ancestors) {
    if (each.kind === Kind.FIELD) owner = each.name.value;
    if (each.kind === Kind.DIRECTIVE) owner = `@${each.name.value}`;
    if (each.kind === Kind.VARIABLE_DEFINITION) return `Default of variable $${each.variable.name.value}`;
    if (each.kind === Kind.ARGUMENT) names = [each.name.value];
    if (each.kind === Kind.OBJECT_FIELD) names.push(each.name.value);
  }
  return names.length === 0 ? null : `Argument ${names.join('.')} of ${owner}`;
}
