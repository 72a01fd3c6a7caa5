import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

const SOURCE = 'src/theme/theme-boot.js'

/**
 * Puts the script that sets the theme into the head as a classic blocking file: a module would run after the first
 * paint (a white flash in the dark), and an inline script would need a hole in the content security policy.
 */
export function themeScript(): Plugin {
  let isBuild = false
  return {
    name: 'parley-theme-script',
    configResolved(config) {
      isBuild = config.command === 'build'
    },
    buildStart() {
      if (!isBuild) return
      const source = readFileSync(join(import.meta.dirname, '..', SOURCE), 'utf8')
      this.emitFile({ type: 'asset', name: 'theme.js', source: withoutComments(source) })
    },
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle }) {
        const asset = Object.values(bundle ?? {}).find((file) => file.type === 'asset' && file.names.includes('theme.js'))
        return [{ tag: 'script', attrs: { src: asset ? `/${asset.fileName}` : `/${SOURCE}` }, injectTo: 'head-prepend' }]
      },
    },
  }
}

const withoutComments = (source: string) => source.replaceAll(/^\s*\/\/.*\n/gm, '')
