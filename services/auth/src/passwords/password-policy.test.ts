import { isAppError } from '@parley/errors'
import t from 'tap'
import { refuseGuessable } from './password-policy.ts'

const refusal = (password: string) => {
  try {
    refuseGuessable(password, 'margaret@example.com')
    return null
  } catch (error) {
    return isAppError(error) ? error.code : error
  }
}

for (const password of ['password', 'PassWord1', '12345678', 'ｐａｓｓｗｏｒｄ', 'qwertyuiop', 'margaret', 'Margaret@Example.com']) {
  t.test(`A-11 '${password}' is refused as too common`, async (t) => {
    t.equal(refusal(password), 'password_too_common')
  })
}

for (const password of ['correct horse battery staple', '🦊🦊🦊🦊🦊🦊🦊🦊', 'margaret likes tea', 'x9!kd82kLp']) {
  t.test(`A-11 '${password}' is accepted`, async (t) => {
    t.equal(refusal(password), null)
  })
}
