// Reads api/openapi.yaml: its calls, its examples, and a judge of answers. What the page does not document
// (a status, a content type, a header that must be there, a field) is a fault.
import { readFileSync } from 'node:fs';
import Ajv2020 from 'ajv/dist/2020.js';
import { parse } from 'yaml';

const SPEC_ID = 'openapi';
const METHODS = ['get', 'post', 'put', 'delete', 'patch', 'head', 'options'];

export class Contract {
  constructor(file) {
    this.spec = parse(readFileSync(file, 'utf8'), { merge: true });
    this.ajv = new Ajv2020({ strict: false, allErrors: true, formats });
    this.ajv.addSchema(this.spec, SPEC_ID);
    this.validators = new Map();
  }

  // Every operation: { path, method, operation, parameters, pointer }.
  *operations() {
    for (const [path, item] of Object.entries(this.spec.paths)) {
      for (const method of METHODS.filter((name) => item[name])) {
        const pointer = ['paths', path, method];
        const parameters = [...(item.parameters ?? []), ...(item[method].parameters ?? [])].map((p) => this.resolve(p));
        yield { path, method: method.toUpperCase(), operation: item[method], parameters, pointer };
      }
    }
  }

  resolve(node) {
    let found = node;
    while (found?.$ref) found = this.at(found.$ref.slice(2).split('/').map(unescapePart));
    return found;
  }

  at(parts) {
    return parts.reduce((node, part) => node?.[part], this.spec);
  }

  // Where a node really is, following $ref: schemas are compiled by their place in the document.
  place(parts) {
    const node = this.at(parts);
    return node?.$ref ? this.place(node.$ref.slice(2).split('/').map(unescapePart)) : parts;
  }

  // Faults of `value` against the schema at `parts`, as text.
  faults(parts, value) {
    const ref = `${SPEC_ID}#/${parts.map(escapePart).join('/')}`;
    if (!this.validators.has(ref)) this.validators.set(ref, this.ajv.compile({ $ref: ref }));
    const validate = this.validators.get(ref);
    if (validate(value)) return [];
    return validate.errors.map((e) => `${e.instancePath || '/'} ${e.message} ${JSON.stringify(e.params)}`);
  }

  // Faults of an answer to an operation. answer = { status, headers, body }.
  judge(pointer, answer) {
    const responses = [...pointer, 'responses'];
    if (!this.at(responses)[answer.status]) return [`status ${answer.status} is not documented`];
    return this.judgeResponse(this.place([...responses, String(answer.status)]), answer);
  }

  judgeResponse(parts, answer) {
    const faults = this.judgeHeaders(parts, answer);
    const type = (answer.headers['content-type'] ?? '').split(';')[0].trim();
    const content = [...parts, 'content'];
    if (!this.at(content)?.[type]) return [...faults, `content type '${type}' is not documented`];
    let body = answer.body;
    if (type.endsWith('json')) {
      try {
        body = JSON.parse(body);
      } catch (error) {
        return [...faults, `the body is no JSON: ${error.message}`];
      }
      faults.push(...consistency(answer, body));
    }
    return [...faults, ...this.faults([...content, type, 'schema'], body)];
  }

  judgeHeaders(parts, answer) {
    const faults = [];
    const documented = this.at([...parts, 'headers']) ?? {};
    for (const name of Object.keys(documented)) {
      const place = this.place([...parts, 'headers', name]);
      const value = answer.headers[name.toLowerCase()];
      if (value === undefined) {
        if (this.at(place).required) faults.push(`header ${name} is missing`);
        continue;
      }
      faults.push(...this.faults([...place, 'schema'], value).map((fault) => `header ${name}: ${fault}`));
    }
    for (const name of ['florin-position', 'florin-replayed', 'retry-after', 'allow']) {
      const known = Object.keys(documented).some((header) => header.toLowerCase() === name);
      if (answer.headers[name] !== undefined && !known) faults.push(`header ${name} is not documented`);
    }
    return faults;
  }
}

// What holds between parts of an answer.
function consistency(answer, body) {
  const faults = [];
  const inHeader = answer.headers['florin-position'];
  const inBody = body.position ?? body.Position;
  if (inBody !== undefined && inBody !== inHeader) faults.push(`Florin-Position ${inHeader}, in the body ${inBody}`);
  if (answer.status >= 400 && body.status !== answer.status) faults.push(`the problem says status ${body.status}`);
  return faults;
}

const formats = {
  'date-time': (text) => !Number.isNaN(Date.parse(text)),
  'uri-reference': (text) => /^[!#$&-;=?-\[\]_a-z~%]*$/i.test(text),
  'json-pointer': /^(\/([^~/]|~0|~1)*)*$/,
};

function escapePart(part) {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
}

function unescapePart(part) {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}
