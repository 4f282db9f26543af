/** The site that `npm run docs` builds of these documents. */
export default {
  title: 'Busbar',
  description: 'A message bus that spans every thread of a Node.js process',
  srcExclude: ['node_modules/**'],
  cleanUrls: true,
  // Nothing is loaded from elsewhere.
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Guide', link: '/guide/start' },
      { text: 'Guarantees', link: '/guarantees' },
      { text: 'Reference', link: '/reference/' },
    ],
    sidebar: [
      {
        text: 'Guide',
        items: [
          { text: 'Start', link: '/guide/start' },
          { text: 'Events', link: '/guide/events' },
          { text: 'Requests', link: '/guide/requests' },
          { text: 'Jobs that must not be lost', link: '/guide/jobs' },
          { text: 'Contracts', link: '/guide/contracts' },
          { text: 'Many cores', link: '/threads' },
          { text: 'Payloads', link: '/payloads' },
          { text: 'Tests', link: '/guide/testing' },
          { text: 'Operations', link: '/operations' },
          { text: 'Metrics', link: '/metrics' },
          { text: 'Tracing', link: '/tracing' },
        ],
      },
      {
        text: 'What is promised',
        items: [
          { text: 'Guarantees', link: '/guarantees' },
          { text: 'Limits', link: '/limits' },
          { text: 'Errors', link: '/errors' },
        ],
      },
      {
        text: 'Coming from',
        items: [
          { text: 'EventEmitter', link: '/migration/event-emitter' },
          { text: 'A job queue', link: '/migration/queues' },
          { text: 'moleculer', link: '/migration/moleculer' },
        ],
      },
      {
        text: 'Inside',
        items: [
          { text: 'Architecture', link: '/architecture' },
          { text: 'Performance', link: '/performance' },
          { text: 'Packages', link: '/packaging' },
          { text: 'Dependencies', link: '/dependencies' },
          { text: 'Nested requests', link: '/decisions/nested-requests' },
        ],
      },
      { text: 'Reference', items: [{ text: 'API', link: '/reference/' }] },
    ],
  },
}
