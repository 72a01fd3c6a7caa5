import './index.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { BrowserRouter } from 'react-router'
import { prefetchSession } from './accounts/session.ts'
import { queryClient } from './api/client.ts'
import { ErrorBoundary } from './app/error-boundary.tsx'
import { preloadPage } from './app/pages.ts'
import { AppRoutes } from './app/routes.tsx'
import { Toaster } from './design/toast.tsx'
import { TooltipProvider } from './design/tooltip.tsx'

prefetchSession()
preloadPage(window.location.pathname)

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')

createRoot(root).render(
  <StrictMode>
    <ErrorBoundary>
      <QueryClientProvider client={queryClient}>
        <TooltipProvider>
          <BrowserRouter>
            <AppRoutes />
          </BrowserRouter>
        </TooltipProvider>
        <Toaster />
      </QueryClientProvider>
    </ErrorBoundary>
  </StrictMode>,
)
