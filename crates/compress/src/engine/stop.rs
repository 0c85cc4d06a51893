//! Function words and negations of the languages known by name, and finding out which one a text is in.

use std::sync::OnceLock;

use super::lexicon::{IdMap, fold_hash};

/// A language with a list of function words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    Spanish,
    German,
    French,
    Italian,
    Portuguese,
    Dutch,
    Russian,
    Korean,
}

const LANGUAGES: [(Language, &str, &str, &str); 9] = [
    (
        Language::English,
        "en",
        "a about above after again against all am an and any are aren't as at be because been before being below between both but by can could couldn't did didn't do does doesn't doing don't down during each few for from further had hadn't has hasn't have haven't having he he'd he'll he's her here here's hers herself him himself his how i i'd i'll i'm i've if in into is isn't it it's it'll its itself just let's me more most my myself of off on once only or other ought our ours ourselves out over own same shan't she she'd she'll she's should shouldn't so some such than that that's the their theirs them themselves then there there's these they they'd they'll they're they've this those through to too under until up upon very was wasn't we we'd we'll we're we've were weren't what what's when where where's which while who who's whom whose why will with won't would wouldn't you you'd you'll you're you've your yours yourself yourselves also uh um uhm mm hmm yeah okay oh well gonna may might shall may us",
        "not no never none without except unless cannot can't nor neither nothing nobody n't must mustn't don't doesn't didn't isn't aren't wasn't weren't won't wouldn't couldn't shouldn't hasn't haven't hadn't",
    ),
    (
        Language::Spanish,
        "es",
        "a al algo algunas algunos ante antes aquel aquella aquello asi así aun aunque bajo bien cada como con contra cual cuando de del desde donde dos durante e el él ella ellas ellos en entre era eran es esa esas ese eso esos esta está están estas este esto estos fue fueron ha había han hasta hay he la las le les lo los más me mi mientras muy o os otra otras otro otros para pero poco por porque que qué quien se sea según ser si sí sido siendo sobre son su sus también tan tanto te tiene tienen toda todas todo todos tras tu tus u un una unas uno unos y ya yo",
        "no nunca jamás sin ni nada nadie ningún ninguna ninguno tampoco excepto salvo",
    ),
    (
        Language::German,
        "de",
        "aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bin bis bist da dabei damit dann das dass dazu dem den denn der des die dies diese diesem diesen dieser dieses doch dort du durch ein eine einem einen einer eines er es etwa für gegen hab habe haben hat hatte hatten hier hin ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in indem ins ist ja jede jedem jeden jeder jedes jetzt kann können konnte man mehr mein mich mir mit nach noch nun nur ob oder schon sehr sein seine seinem seinen seiner seit sich sie sind so solche soll sollte sondern sowie über um und uns unser unter vom von vor während war waren was weil welche welcher wenn werden wie wieder will wir wird wo wurde wurden zu zum zur zwar zwischen",
        "nicht kein keine keinem keinen keiner keines nie niemals niemand nichts ohne weder außer",
    ),
    (
        Language::French,
        "fr",
        "à afin ai ainsi alors après au aussi autre autres aux avait avant avec avoir c'est ce cela celle celui ces cet cette ceux chaque chez comme d'un d'une dans de depuis des deux doit donc dont du elle elles en encore entre est et été être eu fait faire il ils j'ai je l'on la là le les leur leurs lors lui mais me même mes moi mon n' notre nous on ont ou où par parce pendant peu peut plus plusieurs pour puis qu'il qu'elle qu'on quand que quel quelle qui s'est sa se selon ses si soit son sont sous sur ta tant te tout toute toutes tous très tu un une vers vos votre vous y",
        "ne n'est n'a n'ont pas non sans jamais rien aucun aucune ni sauf personne",
    ),
    (
        Language::Italian,
        "it",
        "a abbia ad agli ai al alla alle allo anche ancora avere aveva c'è che chi ci come con cui da dagli dai dal dalla dalle dallo degli dei del dell' della delle dello di dopo dove due e è ed era erano essere fra fu gli ha hanno ho i il in io l' la le lei li lo loro lui ma mi mia mio molto ne negli nei nel nella nelle nello nostro o ogni per perché però più poi prima quale quando quanto quella quelle quelli quello questa queste questi questo qui se sempre si sia sono sta stata stati stato su sua sue sugli sui sul sulla sulle suo suoi tra tutti tutto un un' una uno",
        "non no senza mai niente nulla nessun nessuna nessuno né neanche tranne",
    ),
    (
        Language::Portuguese,
        "pt",
        "a à ao aos às as até com como da das de dela dele deles depois do dos e é ela elas ele eles em entre era eram essa essas esse esses esta está estão estas este estes eu foi foram há isso isto já la lhe mais mas me mesmo meu minha muito na nas no nos nós num numa o os ou para pela pelas pelo pelos por porque qual quando que quem se seja sem ser seu seus só sobre são também te tem têm ter toda todas todo todos tu tua um uma umas uns você vocês",
        "não nunca nem sem nada ninguém nenhum nenhuma jamais exceto",
    ),
    (
        Language::Dutch,
        "nl",
        "aan al alle als bij dan dat de der deze die dit doch door dus een en er had hebben heeft hem het hier hij hoe hun ik in is ja je kan kon kunnen maar me meer men met mij mijn na naar nog nu of om onder ons ook op over reeds te ten tegen ter toch toen tot u uit uw van veel voor want waren was wat we wel werd werden wie wij wil worden wordt zal ze zelf zich zij zijn zo zou",
        "niet geen nooit niemand niets zonder noch behalve",
    ),
    (
        Language::Russian,
        "ru",
        "а без более бы был была были было быть в вам вас весь во вот все всего всех вы где да даже для до его ее её если есть еще ещё же за здесь и из или им их к как какая какой ко когда кто ли либо между меня мне может мой мы на над надо наш него нее ней них но ну о об однако он она они оно от очень по под после потом потому почти при про с сам свой себе себя со так также такой там те тем то того тоже той только том ты у уже хотя чего чем что чтобы эта эти это этого этой этом этот я",
        "не нет ни никогда никто ничего нельзя без кроме",
    ),
    (
        Language::Korean,
        "ko",
        "이 그 저 것 수 등 및 또 또는 그리고 그러나 하지만 그래서 따라서 때문에 위해 위한 대한 대해 관한 통해 따라 있다 있는 있었다 있으며 있고 한다 하는 했다 하였다 하며 하고 된다 되는 되었다 됐다 이다 이며 였다 이었다 같은 같이 더 매우 아주 모든 여러 각 이런 그런 저런 우리 그들 그녀 나 너 때 후 중 안에 위에 약 또한 즉 다른 이후 당시 가장 많은",
        "않다 않은 않는 않았다 않고 않으며 없다 없는 없었다 없이 없고 아니다 아닌 아니라 아니었다 못 못한 못했다 안 말라",
    ),
];

/// The languages that a word is a function word of, and those that it negates in, a bit each.
#[derive(Clone, Copy, Default)]
struct Speaks {
    stop: u16,
    negation: u16,
}

fn speaks() -> &'static IdMap<Speaks> {
    static SPEAKS: OnceLock<IdMap<Speaks>> = OnceLock::new();
    SPEAKS.get_or_init(|| {
        let mut all: IdMap<Speaks> = IdMap::default();
        for (at, (_, _, stop, negations)) in LANGUAGES.iter().enumerate() {
            for word in stop.split(' ') {
                all.entry(fold_hash(word)).or_default().stop |= 1 << at;
            }
            for word in negations.split(' ') {
                all.entry(fold_hash(word)).or_default().negation |= 1 << at;
            }
        }
        all
    })
}

/// How many of `words` each language has, of what `of` looks at, and how many there are.
fn hits(
    words: impl Iterator<Item = u64>,
    of: impl Fn(&Speaks) -> u16,
) -> ([usize; LANGUAGES.len()], usize) {
    let (mut hits, mut total) = ([0usize; LANGUAGES.len()], 0usize);
    let speaks = speaks();
    for word in words {
        total += 1;
        let mut languages = speaks.get(&word).map_or(0, &of);
        while languages != 0 {
            hits[languages.trailing_zeros() as usize] += 1;
            languages &= languages - 1;
        }
    }
    (hits, total)
}

impl Language {
    /// The language with this two-letter code, if it is known by name.
    pub(crate) fn from_code(code: &str) -> Option<Self> {
        let short = code.split(['-', '_']).next().unwrap_or(code);
        LANGUAGES
            .iter()
            .find(|(_, known, ..)| known.eq_ignore_ascii_case(short))
            .map(|&(language, ..)| language)
    }

    pub(crate) fn code(self) -> &'static str {
        LANGUAGES[self as usize].1
    }

    /// The language whose function words make up most of `words` (hashes as of [`fold_hash`]); `None`
    /// where no list covers a tenth of them.
    pub(crate) fn guess(words: impl Iterator<Item = u64>) -> Option<Self> {
        let (hits, total) = hits(words, |speaks| speaks.stop);
        hits.iter()
            .zip(&LANGUAGES)
            .max_by_key(|(hits, _)| **hits)
            .filter(|(hits, _)| **hits * 10 >= total.max(1))
            .map(|(_, &(language, ..))| language)
    }

    /// Whether a word is a negation in any of the languages.
    pub(crate) fn any_negates(word: u64) -> bool {
        speaks().get(&word).is_some_and(|speaks| speaks.negation != 0)
    }

    /// As [`Language::guess`], but `None` too where two languages have nearly as many: for telling a
    /// person, not for choosing words.
    pub(crate) fn surely(words: impl Iterator<Item = u64>) -> Option<Self> {
        let (hits, total) = hits(words, |speaks| speaks.stop | speaks.negation);
        let best = (0..hits.len()).max_by_key(|&at| (hits[at], usize::MAX - at))?;
        let second = (0..hits.len()).filter(|&at| at != best).map(|at| hits[at]).max()?;
        (hits[best] * 5 >= total.max(1) && hits[best] * 4 >= second * 5).then(|| LANGUAGES[best].0)
    }

    pub(crate) fn is_stop(self, word: u64) -> bool {
        speaks().get(&word).is_some_and(|speaks| speaks.stop & (1 << self as u16) != 0)
    }

    pub(crate) fn is_negation(self, word: u64) -> bool {
        speaks().get(&word).is_some_and(|speaks| speaks.negation & (1 << self as u16) != 0)
    }
}

/// Whether a character is a negation by itself in Chinese or Japanese.
pub(crate) fn is_unspaced_negation(c: char) -> bool {
    matches!(c, '不' | '没' | '沒' | '未' | '无' | '無' | '非' | '勿' | '别')
}

/// Whether a Han character mostly serves grammar in Chinese.
pub(crate) fn is_unspaced_particle(c: char) -> bool {
    "的了是在和与與及也就都而着著之其这這那个個为為以于於被把从從到对對将將并並或但所地得吗嗎呢吧啊"
        .contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_found_by_its_function_words() {
        let check = |text: &str, expect: Option<Language>| {
            assert_eq!(Language::guess(text.split(' ').map(fold_hash)), expect, "{text}");
        };
        check("the cat sat on the mat and was not seen again", Some(Language::English));
        check("der Hund ist nicht in dem Haus und das ist gut", Some(Language::German));
        check("le chat est dans la maison et il ne dort pas", Some(Language::French));
        check("el perro no está en la casa de los vecinos", Some(Language::Spanish));
        check("кот не был в доме и это было хорошо для всех", Some(Language::Russian));
        check("lorem ipsum dolor sit amet consectetur", None);
    }

    #[test]
    fn codes_with_a_region_are_understood() {
        assert_eq!(Language::from_code("de-AT"), Some(Language::German));
        assert_eq!(Language::from_code("tlh"), None);
    }
}
