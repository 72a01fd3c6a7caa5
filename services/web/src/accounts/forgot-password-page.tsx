import { askForPasswordLink } from './accounts-api.ts'
import { MailRequestPage } from './mail-request-page.tsx'

export const ForgotPasswordPage = () => (
  <MailRequestPage
    title="Choose a new password"
    lead="Tell us your address, and we send you a link to set a new password."
    action="Send the link"
    purpose="reset"
    ask={askForPasswordLink}
  />
)
