import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import ts from 'typescript'

/** Where sources that exist in memory only are said to be, so that their relative imports find the real ones. */
const FOLDER: string = resolve('__test__/types')

const OPTIONS: ts.CompilerOptions = {
  ...ts.convertCompilerOptionsFromJson(
    ts.parseConfigFileTextToJson('tsconfig.json', readFileSync('tsconfig.json', 'utf8')).config
      .compilerOptions,
    process.cwd(),
  ).options,
  composite: false,
  isolatedDeclarations: false,
  noEmit: true,
  noUnusedLocals: false,
  noUnusedParameters: false,
}

const parsed = new Map<string, ts.SourceFile | undefined>()
const registry = ts.createDocumentRegistry()

/** Type-checks sources by file name. */
export function compile(sources: Record<string, string>): ts.Program {
  const virtual = new Map(Object.entries(sources).map(([name, text]) => [resolve(FOLDER, name), text]))
  const host = ts.createCompilerHost(OPTIONS)
  const { fileExists, getSourceFile } = host
  host.fileExists = (path) => virtual.has(path) || fileExists.call(host, path)
  host.getSourceFile = (path, language) => {
    const text = virtual.get(path)
    if (text !== undefined) return ts.createSourceFile(path, text, language, true)
    if (!parsed.has(path)) parsed.set(path, getSourceFile.call(host, path, language))
    return parsed.get(path)
  }
  return ts.createProgram([...virtual.keys()], OPTIONS, host)
}

/** What the compiler has to say about the sources, as `name:line message`. */
export function complaints(sources: Record<string, string>): string[] {
  return ts.getPreEmitDiagnostics(compile(sources)).map(({ file, start, messageText }) => {
    const line = file?.getLineAndCharacterOfPosition(start ?? 0).line ?? -1
    const name = file?.fileName.slice(FOLDER.length + 1) ?? ''
    return `${name}:${line + 1} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
  })
}

/** What an editor suggests where `text` says `|`. */
export function suggestions(text: string): string[] {
  const at = text.indexOf('|')
  const path = resolve(FOLDER, 'edited.ts')
  const edited = text.slice(0, at) + text.slice(at + 1)
  const read = (name: string) => (name === path ? edited : ts.sys.readFile(name))
  const service = ts.createLanguageService(
    {
      fileExists: (name) => name === path || ts.sys.fileExists(name),
      getCompilationSettings: () => OPTIONS,
      getCurrentDirectory: () => process.cwd(),
      getDefaultLibFileName: ts.getDefaultLibFilePath,
      getScriptFileNames: () => [path],
      getScriptSnapshot: (name) => {
        const content = read(name)
        return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content)
      },
      // The registry outlives the service: only what is edited differs from one to the next.
      getScriptVersion: (name) => (name === path ? edited : ''),
      readFile: read,
    },
    registry,
  )
  return service.getCompletionsAtPosition(path, at, undefined)?.entries.map((entry) => entry.name) ?? []
}
