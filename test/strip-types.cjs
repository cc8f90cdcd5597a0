// Node's own type stripping as jest's transform: no compiler between the sources and the tests.
const { stripTypeScriptTypes } = require('node:module');

module.exports = { process: (source) => ({ code: stripTypeScriptTypes(source) }) };
