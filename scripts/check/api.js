/**
 * What users can import, as text in api/: a change of it is seen in a review. Run alone it writes the text anew.
 *
 *     npm run api    after a change that is meant
 */

import { mkdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor'
import { root } from '../project.js'

/** The reports are reviewed, and in git. */
const folder = join(root, 'api')

/** Entrances of the package, by the name of their report. */
const ENTRANCES = {
  busbar: 'dist/index.d.ts',
  'busbar-opentelemetry': 'dist/adapters/opentelemetry/index.d.ts',
  'busbar-testing': 'dist/testing/index.d.ts',
}

/**
 * Compares the entrances with their reports.
 *
 * @param {boolean} [update] writes the reports
 * @returns {string[]} what is wrong
 */
export function apiProblems(update = false) {
  mkdirSync(folder, { recursive: true })
  return Object.entries(ENTRANCES).flatMap(([name, entrance]) => problemsOf(name, entrance, update))
}

/** @param {string} name @param {string} entrance @param {boolean} update @returns {string[]} */
function problemsOf(name, entrance, update) {
  const report = `${name}.api.md`
  /** @type {string[]} */
  const problems = []
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: join(root, entrance),
      compiler: { tsconfigFilePath: join(root, 'ts', 'tsconfig.json') },
      apiReport: {
        enabled: true,
        reportFileName: report,
        reportFolder: folder,
        reportTempFolder: join(root, 'build', 'api'),
        includeForgottenExports: true,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Warning } },
        extractorMessageReporting: {
          default: { logLevel: ExtractorLogLevel.Warning },
          // Everything that is exported is public.
          'ae-missing-release-tag': { logLevel: ExtractorLogLevel.None },
          // What it is put together from has no name for users; the report shows it all the same.
          'ae-forgotten-export': { logLevel: ExtractorLogLevel.None },
          // It asks for words on what overrides or implements something that has them.
          'ae-undocumented': { logLevel: ExtractorLogLevel.None },
          // The reference of the site, which TypeDoc makes, judges the links.
          'ae-unresolved-link': { logLevel: ExtractorLogLevel.None },
        },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(root, 'package.json'),
  })
  const result = Extractor.invoke(config, {
    localBuild: update,
    messageCallback: (message) => {
      message.handled = true
      if (message.messageId === 'console-api-report-not-copied') return
      if (message.logLevel === 'error' || message.logLevel === 'warning') problems.push(message.text)
    },
  })
  if (result.apiReportChanged && !update) {
    problems.push(`api/${report} differs from what ${entrance} exports. Is it meant? Then run: npm run api`)
  }
  return problems
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const problems = apiProblems(true)
  for (const problem of problems) process.stderr.write(`${problem}\n`)
  process.exitCode = problems.length === 0 ? 0 : 1
}
