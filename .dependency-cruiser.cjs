/** The arrows of the house: who may import whom. Each rule is proven by a planted violation in tests/boundaries.test.ts. */
const libraries = {
  contracts: [],
  errors: [],
  config: [],
  telemetry: [],
  database: ['telemetry'],
  embedded: [],
  embeddings: [],
  principal: ['errors'],
  messaging: ['contracts', 'errors', 'telemetry', 'database'],
  'service-kit': ['errors', 'telemetry', 'principal', 'config'],
  simulators: ['embeddings'],
  testing: ['embedded', 'database', 'messaging', 'contracts', 'principal', 'simulators', 'service-kit', 'telemetry', 'errors'],
}

const libraryArrows = Object.entries(libraries).map(([name, allowed]) => ({
  name: `lib-${name}`,
  comment: `libs/${name} may import ${allowed.length ? allowed.map((other) => `libs/${other}`).join(', ') : 'no other lib'}`,
  severity: 'error',
  from: { path: `^libs/${name}/(src|migrations)/`, pathNot: '\\.test\\.ts$' },
  to: { path: '^(libs|services|deploy|tests)/', pathNot: `^libs/(${[name, ...allowed].join('|')})/` },
}))

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Data flows one way. Type-only imports are erased and may point back.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only', 'type-import'] } },
    },
    {
      name: 'no-service-to-service',
      comment: 'Services talk over NATS and HTTP, never by import.',
      severity: 'error',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'services-use-libs-only',
      severity: 'error',
      from: { path: '^services/' },
      to: { path: '^(deploy|tests)/' },
    },
    {
      name: 'product-never-imports-test-helpers',
      comment: 'Simulators and test infrastructure stay out of what runs in production.',
      severity: 'error',
      from: { path: '^(services/[^/]+/src|libs/(?!testing/|simulators/)[^/]+/src)/', pathNot: '\\.test\\.ts$|/conformance/' },
      to: { path: '^libs/(testing|simulators|embedded)/', pathNot: '^libs/embedded/src/' },
    },
    {
      name: 'domain-imports-no-framework',
      comment: 'A file without a suffix is domain code; composition files (main, app, deps, config) are the exception.',
      severity: 'error',
      from: {
        path: '^services/(?!web/)[^/]+/src/[^/]+/',
        pathNot: '\\.(routes|rpc|consumer|store|client|provider|job|test)\\.ts$',
      },
      to: { path: 'node_modules/(fastify|@prisma/client|nats)/', dependencyTypesNot: ['type-only'] },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^(bun|cloudflare):' } },
    ...libraryArrows,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(/prisma/generated/|/src/gen/|/dist/|^\\.parley/)' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json'],
    },
  },
}
