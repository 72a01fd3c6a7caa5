import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { precompress } from './plugins/precompress.ts'
import { themeScript } from './plugins/theme-script.ts'

const apiUrl = process.env.API_URL ?? 'http://localhost:8080'

export default defineConfig({
  plugins: [react(), tailwindcss(), themeScript(), precompress()],
  build: {
    target: 'es2023',
    // The policy of the page is script-src 'self': nothing may be inlined as a data: URL, the favicon included.
    assetsInlineLimit: 0,
    manifest: true,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 900,
  },
  server: {
    port: Number(process.env.PORT ?? 5173),
    // The gateway accepts a WebSocket only from its own address, so the proxy speaks with that.
    proxy: { '/api': { target: apiUrl, ws: true, changeOrigin: true, headers: { origin: apiUrl } } },
  },
})
