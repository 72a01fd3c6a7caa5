import { PageFrame } from '../app/page-frame.tsx'

export const PromptsPage = () => <PageFrame title="Prompts">{null}</PageFrame>
