import type { ModerationCategory } from './categories.ts'

interface LocalRule {
  category: ModerationCategory
  weight: number
  pattern: RegExp
}

/**
 * What is plain by its words, of texts in comparable form. Each pattern needs an act and whom or what it is done to; a word
 * alone (`kill`, `shoot`, `naked`) says nothing, as processes are killed and photographs are shot.
 */
export const localRules: readonly LocalRule[] = [
  {
    category: 'self_harm',
    weight: 0.85,
    pattern:
      /\b(?:i|i'm|im|i am)\b[^.!?\n]{0,40}\b(?:want|wanna|going|gonna|plan(?:ning)?|decided|ready|thinking (?:about|of)|thought (?:about|of)|considering|trying|tempted|need)\b[^.!?\n]{0,20}\b(?:kill(?:ing)? myself|end(?:ing)? (?:my life|it all)|suicide|hurt(?:ing)? myself|cut(?:ting)? myself|harm(?:ing)? myself|take my (?:own )?life)\b/,
  },
  {
    category: 'self_harm',
    weight: 0.7,
    pattern:
      /\b(?:killing|kill|hurt|hurting|cutting|slicing|harming|burning|starving) myself\b|\b(?:end|take|taking|ending) my (?:own )?life\b|\bself[- ]?harm(?:ing|ed)? (?:myself|again|since|every|in (?:5th|grade|school))\b|\b(?:my|i) (?:suicide (?:note|plan|attempt)|attempted suicide)\b|\bi (?:want|wish|deserve) to (?:die|be dead)\b|\bdon'?t want to (?:live|be alive|exist) any ?more\b/,
  },
  {
    category: 'self_harm',
    weight: 0.75,
    pattern:
      /\b(?:how (?:to|do i|can i|would (?:i|someone|one))|best way to|easiest way to|painless(?:ly)? way to|ways to|methods? (?:of|to|for)|instructions (?:for|to)|least painful)\b[^.!?\n]{0,30}\b(?:commit(?:ting)? suicide|kill(?:ing)? (?:myself|yourself|oneself)|hang(?:ing)? (?:myself|yourself|oneself)|end(?:ing)? (?:my|your) life|self[- ]?harm|cut (?:myself|my wrists?)|overdos(?:e|ing) (?:on|with)|starve (?:myself|yourself))/,
  },
  {
    category: 'self_harm',
    weight: 0.75,
    pattern: /\b(?:kill yourself|kys|go (?:and )?(?:die|hang yourself|kill yourself)|you should (?:kill|hang) yourself|drink bleach)\b/,
  },
  {
    category: 'self_harm',
    weight: 0.7,
    pattern:
      /\bich (?:will|mochte|werde)\b[^.!?\n]{0,24}\b(?:sterben|mich umbringen|mich toten|mir das leben nehmen)\b|\bje (?:veux|vais) (?:mourir|me (?:tuer|suicider))\b|\b(?:quiero|voy a) (?:morir|matarme|suicidarme)\b|\b(?:voglio|vorrei) (?:morire|uccidermi|suicidarmi)\b|\bquero (?:morrer|me matar)\b/,
  },
  {
    category: 'violence',
    weight: 0.75,
    pattern:
      /\b(?:i(?:'m| am)?|we(?:'re| are)?)\b (?:will|'ll|am going to|going to|gonna|want to|wanna|plan to|swear i'll)\b[^.!?\n]{0,16}\b(?:kill|murder|stab|shoot|strangle|behead|torture|slaughter|burn|bomb|massacre|rape|beat|hurt|execute) (?:you|him|her|them|everyone|everybody|my (?:wife|husband|boss|mother|father|neighbou?r|ex|family|teacher|classmates?)|(?:all )?(?:the|these|those) (?:people|kids|children|students|jews|muslims|blacks|gays|women|immigrants))\b/,
  },
  {
    category: 'violence',
    weight: 0.6,
    pattern:
      /\b(?:kill|murder|exterminate|slaughter|gas|shoot|execute|hang|lynch|behead|bomb|massacre|burn) (?:all |every |the |those |these |each )*(?:jews?|muslims?|blacks?|gays?|women|immigrants?|refugees|christians?|whites?|asians?|mexicans?|arabs?|palestinians?|israelis?|infidels|fags|traitors|democrats|republicans|politicians)\b/,
  },
  {
    category: 'violence',
    weight: 0.65,
    pattern:
      /\b(?:how (?:to|do i|can i|would i|should i)|can you tell me how to|step[- ]by[- ]step|best way to|instructions (?:for|to)|plan to|help me|where (?:can i|is a good place to))\b[^.!?\n]{0,30}\b(?:murder|kill|poison|strangle|torture|kidnap|dismember|assassinate|stab|rape) (?:a |an |my |the |this |that |some |another |all )?(?:\w+ )?(?:person|human|human being|man|woman|child|kid|people|wife|husband|boss|neighbou?r|ex|family|guy|teacher|friend|girlfriend|boyfriend|president|politician|somebody|someone|him|her|them|girl|boy|roommate|coworker|colleague|classmates?|tinder date|mother|father|brother|sister)\b/,
  },
  {
    category: 'violence',
    weight: 0.6,
    pattern:
      /\b(?:someone|somebody|people|we|you|they|i|indians|everyone) (?:should|must|need to|ought to|have to|gotta) (?:just |all |really |fight back and )*(?:kill|stab|shoot|hang|lynch|execute|burn|behead|gas|bomb|beat|murder|slaughter|purge) (?:all |the |those |these |every |each |you |him|her|them|cruel |fucking )*(?:\w+ )?(?:people|homosexuals|women|men|muslims|jews|sikhs|hindus|blacks|gays|immigrants|darkies|scum|refugees|christians|him|her|them|you|bastards|animals)\b/,
  },
  {
    category: 'violence',
    weight: 0.6,
    pattern:
      /\b(?:will|gonna|going to|should|deserves? to|need to) (?:all )?(?:die|be (?:killed|shot|hanged|hung|executed|stabbed|raped|lynched|beheaded|burn(?:ed|t)))\b[^.!?\n]{0,40}\b(?:at my hands|by my hand|slowly|painfully|like (?:a )?dogs?|in pain|alive|for (?:this|that|what))/,
  },
  {
    category: 'violence',
    weight: 0.6,
    pattern:
      /\b(?:build|make|construct|assemble|making|building) (?:a |an |the )?(?:pipe |homemade |dirty |nail |car |fertili[sz]er |chemical |nuclear )?(?:bomb|explosive device|ied|grenade|molotov(?: cocktail)?|chemical weapon|nerve agent|bioweapon)\b(?! (?:calorimeter|cyclone))/,
  },
  {
    category: 'violence',
    weight: 0.5,
    pattern:
      /\b(?:mass shooting|school shooting|shoot up (?:a|my|the) (?:school|church|mosque|mall|office)|car bomb|suicide bomb(?:ing)?)\b[^.!?\n]{0,60}\b(?:plan|carry out|how to|commit|maximi[sz]e|prepare|my)\b|\b(?:plan|carry out|commit|prepare)\b[^.!?\n]{0,30}\b(?:mass shooting|school shooting|massacre|terror(?:ist)? attack)\b/,
  },
  {
    category: 'violence',
    weight: 0.5,
    pattern:
      /\b(?:blood|guts|intestines|entrails|brains?|flesh|skull|organs)\b[^.!?\n]{0,50}\b(?:sprayed|splattered|spurted|gushed|ripped|torn|sliced|severed|dismembered|oozed|spilled|crushed|mutilated)\b|\b(?:sliced|severed|ripped|tore|hacked|gouged|slit) (?:off |open |out )?(?:his|her|their) (?:throat|head|eyes?|limbs?|arms?|legs?|stomach|guts|tongue)\b/,
  },
  {
    category: 'sexual_minors',
    weight: 0.9,
    pattern:
      /\b(?:(?:1[0-7]|[3-9])[- ]?(?:year|yr|yo\b)[- ]?(?:old)?s?|underage|minors?|pre-?teens?|schoolgirls?|little (?:girls?|boys?)|child(?:ren)?|kids?|toddlers?|lolis?|shotas?)\b[^.!?\n]{0,60}\b(?:sex(?:ual(?:ly)?)?|naked|nude|porn|erotic(?:a)?|horny|orgasm|penis|vagina|pussy|cock|fuck(?:ed|ing|s)?|masturbat\w+|undress(?:ed|ing)?|molest\w*|seduc\w+)\b(?! (?:education|ed\b|abuse|offender|offence|trafficking))|\b(?:child porn(?:ography)?|cp links|pedo(?:philia)? (?:story|porn|pics)|lolicon|sexual story)\b[^.!?\n]{0,40}\b(?:child|minor|girl|boy|loli|kid|links|pics)\b/,
  },
  {
    category: 'sexual',
    weight: 0.75,
    pattern:
      /\b(?:cock|dick|penis|pussy|cunt|vagina|clit(?:oris)?|tits|boobs|breasts|nipples?|ass|cum|asshole)\b[^.!?\n]{0,60}\b(?:fuck(?:ed|ing|s)?|suck(?:ed|ing|s)?|lick(?:ed|ing|s)?|thrust(?:ed|ing|s)?|moan(?:ed|ing|s)?|cum(?:ming|s)?|pound(?:ed|ing|s)?|stroke[ds]?|stroking|rubb(?:ed|ing)|throbbing|wet|hard|squeez(?:ed|ing)|orgasm(?:s|ed)?|penetrat\w+|deep(?:er)? inside)\b/,
  },
  {
    category: 'sexual',
    weight: 0.7,
    pattern:
      /\b(?:fuck(?:ed|ing|s)?|suck(?:ed|ing|s)?|lick(?:ed|ing|s)?|rid(?:e|ing)|stroking|thrust(?:ed|ing|s)?|moan(?:ed|ing|s)?)\b[^.!?\n]{0,40}\b(?:(?:my|his|her|your|the|their) (?:\w+ )?(?:cock|dick|penis|pussy|cunt|tits|clit|nipples?|ass|asshole|boobs)|(?:me|her|him) (?:hard|harder|from behind|deep|raw))\b/,
  },
  {
    category: 'sexual',
    weight: 0.65,
    pattern:
      /\b(?:write|tell|give|generate|create|describe|roleplay|make|continue)\b[^.!?\n]{0,40}\b(?:erotica|erotic (?:story|scene|fiction|roleplay)|smut(?:ty)?|sex (?:scene|story)|porn(?:ographic)?(?: story| scene)?|explicit sex(?:ual)?|nsfw (?:story|scene|roleplay)|hentai|sexual(?:ly explicit)? (?:story|scene|fantasy|roleplay))\b/,
  },
  {
    category: 'sexual',
    weight: 0.55,
    pattern:
      /\b(?:blow ?jobs?|hand ?jobs?|gang ?bang|creampie|deepthroat|cumshot|threesome|doggy ?style|dildo|masturbat(?:e|ed|ing|es)|orgasm(?:s|ed|ing)?|anal sex|bdsm|milf|jerk(?:ing|ed)? off)\b[^\n]{0,200}\b(?:blow ?jobs?|hand ?jobs?|gang ?bang|creampie|cock|pussy|dick|cum|naked|horny|moan\w*|orgasm\w*|nipples?|thrust\w*|wet|fuck\w*|penis|vagina|tits|sex)\b/,
  },
  {
    category: 'hate',
    weight: 0.8,
    pattern:
      /\b(?:n[i1]gg(?:er|a)s?|k[i1]kes?|sp[i1]cs?|ch[i1]nks?|wetbacks?|ragheads?|sandn\w+|towelheads?|f[a4]gg?[o0]ts?|tr[a4]nn(?:y|ies)|gooks?|coons?|untermensch(?:en)?|darkies|homos|pakis?|jungle bunn\w+|mudslimes?|shitskins?)\b[^.!?\n]{0,80}\b(?:are|should|must|deserve|belong|all|hate|kill|filthy|dirty|stupid|fucking|go back|die|subhuman|vermin|out of|these|those|you)\b/,
  },
  {
    category: 'hate',
    weight: 0.75,
    pattern:
      /\b(?:all |every |the |those |these |fucking |most )*(?:jews|muslims|blacks|black people|gays|homosexuals|lesbians|women|immigrants|refugees|mexicans|asians|arabs|whites|white people|christians|hindus|trans(?:gender)? people|gypsies|roma|africans|chinese|indians|disabled people|retards|foreigners)\b (?:are|is) (?:all |just |nothing but |a bunch of |so |really |basically |the |a )*(?:subhuman|animals|vermin|parasites|cockroaches|rats|scum|filth|filthy|trash|garbage|disgusting|inferior|evil|criminals|rapists|terrorists|terrorist|pedophiles|savages|stupid|mentally ill|a disease|a plague|a cancer|cancer|monkeys|apes|dirty|worthless|degenerates?|greedy|thieves|sick|demonic|whores|sluts)\b/,
  },
  {
    category: 'hate',
    weight: 0.7,
    pattern:
      /\b(?:i |we (?:all )?)(?:fucking |really |just )?(?:hate|despise|loathe) (?:all |the |those |these |fucking |every )*(?:jews|muslims|blacks?|black people|gays|homosexuals|women|immigrants|refugees|mexicans|asians|arabs|white people|christians|trans(?:gender)? people|gypsies|africans|chinese people|indians|foreigners|fags)\b|\b(?:death to|exterminate|get rid of|deport|eradicate|wipe out|gas) (?:all |the |every |those )*(?:jews|muslims|blacks|gays|women|immigrants|refugees|mexicans|asians|arabs|foreigners|gypsies|trans people|homosexuals)\b/,
  },
  {
    category: 'harassment',
    weight: 0.6,
    pattern:
      /\b(?:you|you're|your|ur|u)\b (?:are |re |such )?(?:a |an |such a |nothing but a |just a )?(?:fucking |stupid |dumb |ugly |fat |worthless |pathetic |disgusting |useless )+(?:bitch|whore|slut|cunt|idiot|moron|retard|pig|loser|bastard|asshole|piece of (?:shit|trash|garbage)|trash|waste of (?:space|air|oxygen))\b|\b(?:shut (?:the fuck )?up|fuck you|go to hell),? you (?:\w+ )?(?:bitch|whore|slut|cunt|idiot|moron|retard|loser|bastard|asshole|pig)\b/,
  },
]
