// Answers line-delimited JSON over stdin/stdout: what the reference implementation makes of a document.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import {
  __Directive, __Field, __Type, buildSchema, execute, findBreakingChanges, findDangerousChanges, GraphQLDeprecatedDirective, GraphQLError,
  GraphQLNonNull, isNonNullType, parse, print, printSchema, Source, validate, validateSchema,
} from 'graphql';
import { validateSDL } from 'graphql/validation/validate.js';

// The September 2025 edition made two arguments non-null that the reference of this version still has as they were.
const introspectionFields = [__Type, __Field, __Directive].flatMap((type) => Object.values(type.getFields()));
for (const argument of [...introspectionFields.flatMap((field) => field.args), ...GraphQLDeprecatedDirective.args]) {
  if (['includeDeprecated', 'reason'].includes(argument.name) && !isNonNullType(argument.type)) {
    argument.type = new GraphQLNonNull(argument.type);
  }
}

const folder = new URL('.', import.meta.url);
const schema = buildSchema(readFileSync(new URL('schema.graphql', folder), 'utf8'));
const data = JSON.parse(readFileSync(new URL('data.json', folder), 'utf8'));

const withoutNulls = (args) => Object.fromEntries(Object.entries(args).filter(([, value]) => value !== null));
const arguing = new Set(['echo', 'pick', 'need']);

function fieldResolver(source, args, _context, info) {
  if (info.parentType.name === 'Query' && arguing.has(info.fieldName)) return JSON.stringify(withoutNulls(args));
  const value = source?.[info.fieldName];
  if (value?.__error) throw new GraphQLError(value.__error);
  return value;
}

const plainError = (error) => ({ message: error.message, locations: error.locations, path: error.path });

function guarded(action) {
  try {
    return action();
  } catch (error) {
    return { thrown: error.message };
  }
}

function executable(request) {
  let ast;
  try {
    ast = parse(new Source(request.text));
  } catch (error) {
    return { syntax: plainError(error) };
  }
  const answer = { ast, printed: print(ast) };
  const errors = guarded(() => validate(schema, ast));
  if (errors.thrown) return { ...answer, thrown: errors.thrown };
  answer.errors = errors.map(plainError);
  if (errors.length === 0 && request.execute) {
    const result = guarded(() => execute({
      schema, document: ast, rootValue: data, variableValues: request.variables, operationName: request.operationName, fieldResolver,
    }));
    answer.result = result.thrown ? result : { data: result.data, errors: result.errors?.map(plainError) };
  }
  return answer;
}

function typeSystem(request) {
  let ast;
  try {
    ast = parse(new Source(request.text));
  } catch (error) {
    return { syntax: plainError(error) };
  }
  const answer = { ast, printed: print(ast) };
  const errors = guarded(() => validateSDL(ast));
  if (errors.thrown) return { ...answer, thrown: errors.thrown };
  answer.errors = errors.map(plainError);
  if (errors.length > 0) return answer;
  const built = guarded(() => buildSchema(request.text, { assumeValidSDL: true }));
  if (built.thrown) return { ...answer, unbuildable: built.thrown };
  const described = guarded(() => describe(built));
  return described.thrown ? { ...answer, unbuildable: described.thrown } : { ...answer, ...described };
}

function describe(built) {
  const schemaErrors = validateSchema(built).map(plainError);
  if (schemaErrors.length > 0) return { schemaErrors };
  return {
    schemaErrors,
    schema: printSchema(built),
    breaking: findBreakingChanges(schema, built),
    dangerous: findDangerousChanges(schema, built),
  };
}

const lines = createInterface({ input: process.stdin });
for await (const line of lines) {
  const request = JSON.parse(line);
  const answer = request.kind === 'typeSystem' ? typeSystem(request) : executable(request);
  process.stdout.write(JSON.stringify(answer) + '\n');
}
