import { createCodePlugin } from '@streamdown/code'

/** Both themes keep a contrast of 4.5:1 on our code background. Languages come as they are needed. */
export const highlighter = createCodePlugin({ themes: ['github-light-high-contrast', 'github-dark-default'] })
