import type { ModerationCategory } from './categories.ts'

/**
 * Words by which texts of a category are recognised as being near it, whatever they say: most of what has one is harmless. They
 * decide nothing but whether the meaning is looked at, so that a model of meanings need not be asked about every text.
 */
export const topicWords: Readonly<Partial<Record<ModerationCategory, RegExp>>> = {
  sexual:
    /\b(?:sex(?:y|ual\w*|ting|ed)?|porn\w*|nudes?|nudity|naked|erot\w+|arous\w+|orgasm\w*|horny|cocks?|dicks?|puss(?:y|ies)|cunts?|tits?|boob\w*|breasts?|nipples?|clit\w*|penis\w*|vagina\w*|genital\w*|testicles?|anal|anus|ass|asses|asshole|butt|buttocks|cum|cumming|semen|fuck\w*|blow ?jobs?|hand ?jobs?|masturbat\w*|dildos?|vibrators?|lingerie|panties|underwear|bra|bikini|thong|strip(?:per\w*|ped|ping|tease|club)|undress\w*|seduc\w+|sensual\w*|intima\w+|kink\w*|fetish\w*|bdsm|bondage|dominatrix|submissive|slut\w*|whores?|hookers?|prostitut\w+|escorts?|brothels?|incest\w*|threesomes?|swingers?|foreplay|thrust\w*|moan\w*|lick(?:ed|ing)|suck(?:ed|ing)|strok(?:ed|ing)|caress\w*|virgin\w*|rape\w*|molest\w*|hentai|nsfw|smut\w*|xxx|onlyfans|camgirls?|milfs?|lust\w*|passionate\w*|make love|making love|made love|in bed|one.night stand|hook(?:ed|ing)? up|condoms?|lub(?:e|ricant)|erection\w*|ejaculat\w*|libido|cybersex|adult content)\b/,
  self_harm:
    /\b(?:suicid\w*|self.?(?:harm\w*|injur\w*|mutilat\w*|destruct\w*|hat(?:e|red)|loathing)|(?:kill|hurt|harm|cut|burn|starv|hang|punish|drown|shoot|hat|stabb)(?:ing|e|ed)? (?:myself|yourself|himself|herself|themsel\w+|oneself|my ?self)|cutting|cuts?|cutter|slit\w*|wrists?|razor\w*|scars?|overdos\w*|pills|nooses?|hang(?:ed|ing)?|bleach|jump(?:ed|ing)? off|jump(?:ing)? in front|die|dying|dead|death|end(?:ing)? (?:it|my|your|their|his|her)\b|(?:my|your|their|his|her) (?:own )?li(?:fe|ves)|no (?:reason|point|will) (?:to|in)|not worth|worthless\w*|hopeless\w*|burden|alive|existence|disappear\w*|anorexi\w*|bulimi\w*|eating disorders?|pro.?ana|thinspo\w*|purg(?:e|ing)|starv\w+|laxatives?|throw(?:ing)? up|vomit\w*|binge\w*|calor\w+|depress\w*|despair\w*|lonel\w*|miserable|numb|pain(?:less\w*|ful)?|suffer\w*|asphyxi\w*|chok(?:e|ing)|goodbye)\b/,
}
