/** Names the arguments or variables that values in a document are given for: what graphql-js leaves out of its errors. */
import { type ASTNode, type DocumentNode, Kind, visit } from 'graphql';

/**
 * Such as `Argument filter.signedFrom of agreements`, for those of the nodes that are literals of an argument or a
 * variable. The document is read once for all of them, and only when there is one.
 */
export function placesOfValues(document: DocumentNode, nodes: readonly ASTNode[]): ReadonlyMap<ASTNode, string> {
  const wanted = new Set(nodes.filter(({ kind }) => literals.has(kind)));
  const places = new Map<ASTNode, string>();
  if (wanted.size === 0) return places;
  visit(document, {
    enter(node, _key, parent, _path, ancestors) {
      if (!wanted.has(node)) return;
      // The ancestors are those of the parent.
      const place = nameOf([...ancestors, ...(parent === undefined ? [] : [parent])].filter((each) => 'kind' in each));
      if (place !== null) places.set(node, place);
    },
  });
  return places;
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
