//! Languages beside English that have spaces between words: planted facts survive better than by lot and than in the beginning, and what
//! is asked for is found.

use compress::analyse;

use crate::cjk::{check, check_focus, planted};

/// A language's text: sentences that say little, one that holds a year, a place and an amount, a question about it.
struct Text {
    code: &'static str,
    filler: [&'static str; 6],
    /// With `YEAR`, `PLACE`, `PUMP` and `AMOUNT`.
    fact: &'static str,
    places: [&'static str; 4],
    unit: &'static str,
    question: &'static str,
}

#[track_caller]
fn survives(text: &Text) {
    let (made, facts) = planted(
        &text.filler,
        |i| {
            let place = text.places[i % 4];
            let (year, amount) = (1950 + i * 3, format!("{} {}", i * 37 + 112, text.unit));
            let said = text
                .fact
                .replace("YEAR", &year.to_string())
                .replace("PLACE", place)
                .replace("PUMP", &(i + 3).to_string())
                .replace("AMOUNT", &amount);
            (said, vec![year.to_string(), place.to_owned(), amount])
        },
        " ",
    );
    assert_eq!(analyse(&made, None, None).language, Some(text.code), "it is recognised");
    check(&made, &facts);
    check_focus(&made, text.question, &format!("334 {}", text.unit));
}

#[test]
fn spanish_numbers_and_names_survive() {
    survives(&Text {
        code: "es",
        filler: [
            "La verdad es que aquel día no pasó nada que alguien quisiera contar después.",
            "Todos pensaban que el tiempo iba a mejorar, pero nadie estaba seguro de ello.",
            "Caminaron despacio por la orilla y hablaron de las cosas de siempre.",
            "Era una costumbre muy vieja y ya no le extrañaba a ninguno de ellos.",
            "Cuando llovía mucho, se quedaban en casa y esperaban a que parase.",
            "Los mayores decían que antes todo había sido distinto, o eso creían recordar.",
        ],
        fact: "En YEAR la bomba PUMP de PLACE movía cada día AMOUNT de agua.",
        places: ["Villarrubia", "Puertomingalvo", "Castrojeriz", "Almonacid"],
        unit: "toneladas",
        question: "¿Cuántas toneladas de agua movía la bomba 9?",
    });
}

#[test]
fn german_numbers_and_names_survive() {
    survives(&Text {
        code: "de",
        filler: [
            "An jenem Tag geschah eigentlich nichts, was man später hätte erzählen wollen.",
            "Alle glaubten, dass es bald besser werden würde, aber sicher war sich keiner.",
            "Sie gingen langsam am Ufer entlang und redeten über das, worüber man immer redet.",
            "Das war schon lange so, und es wunderte sich auch niemand mehr darüber.",
            "Wenn es stark regnete, blieb man eben zu Hause und wartete, bis es aufhörte.",
            "Die Älteren sagten, dass früher alles anders gewesen sei, oder sie meinten es wenigstens.",
        ],
        fact: "Im Jahr YEAR förderte die Pumpe PUMP in PLACE täglich AMOUNT Wasser.",
        places: ["Wesselburen", "Glückstadt", "Neuharlingersiel", "Friedrichskoog"],
        unit: "Tonnen",
        question: "Wie viele Tonnen Wasser förderte die Pumpe 9 täglich?",
    });
}

#[test]
fn french_numbers_and_names_survive() {
    survives(&Text {
        code: "fr",
        filler: [
            "Ce jour-là, il ne se passa rien que l'on aurait voulu raconter par la suite.",
            "Tout le monde pensait que cela irait mieux, mais personne n'en était vraiment sûr.",
            "Ils marchaient lentement le long de la rive et parlaient de choses et d'autres.",
            "C'était une vieille habitude et plus aucun d'entre eux ne s'en étonnait.",
            "Quand il pleuvait beaucoup, on restait à la maison et on attendait que cela passe.",
            "Les plus vieux disaient qu'autrefois tout était différent, ou du moins ils le croyaient.",
        ],
        fact: "En YEAR, la pompe PUMP de PLACE tirait chaque jour AMOUNT d'eau.",
        places: ["Locmariaquer", "Quimperlé", "Villefranche", "Pontivy"],
        unit: "tonnes",
        question: "Combien de tonnes d'eau la pompe 9 tirait-elle chaque jour ?",
    });
}

#[test]
fn italian_numbers_and_names_survive() {
    survives(&Text {
        code: "it",
        filler: [
            "Quel giorno non accadde nulla che qualcuno avrebbe poi voluto raccontare.",
            "Tutti pensavano che le cose sarebbero andate meglio, ma nessuno ne era sicuro.",
            "Camminavano piano lungo la riva e parlavano delle cose di sempre.",
            "Era un'abitudine molto vecchia e ormai non se ne stupiva più nessuno di loro.",
            "Quando pioveva forte, si restava in casa e si aspettava che smettesse.",
            "I più anziani dicevano che una volta era tutto diverso, o almeno così credevano.",
        ],
        fact: "Nel YEAR la pompa PUMP di PLACE muoveva ogni giorno AMOUNT di acqua.",
        places: ["Castelsardo", "Monteriggioni", "Pietrasanta", "Roccalumera"],
        unit: "tonnellate",
        question: "Quante tonnellate di acqua muoveva la pompa 9?",
    });
}

#[test]
fn portuguese_numbers_and_names_survive() {
    survives(&Text {
        code: "pt",
        filler: [
            "Naquele dia não aconteceu nada que alguém quisesse contar mais tarde.",
            "Todos achavam que as coisas iam melhorar, mas ninguém tinha a certeza disso.",
            "Caminhavam devagar pela margem e falavam das coisas de que sempre se fala.",
            "Era um costume muito antigo e já não havia quem se admirasse com ele.",
            "Quando chovia muito, ficavam em casa e esperavam que a chuva passasse.",
            "Os mais velhos diziam que dantes era tudo diferente, ou pelo menos assim pensavam.",
        ],
        fact: "Em YEAR a bomba PUMP de PLACE tirava por dia AMOUNT de água.",
        places: ["Figueiró", "Alcochete", "Vilarinho", "Monsaraz"],
        unit: "toneladas",
        question: "Quantas toneladas de água tirava a bomba 9 por dia?",
    });
}

#[test]
fn dutch_numbers_and_names_survive() {
    survives(&Text {
        code: "nl",
        filler: [
            "Op die dag gebeurde er eigenlijk niets wat iemand later had willen vertellen.",
            "Iedereen dacht dat het wel beter zou worden, maar niemand was daar zeker van.",
            "Zij liepen langzaam langs de oever en praatten over wat men altijd bespreekt.",
            "Het was al heel lang zo en er was niemand meer die zich daarover verbaasde.",
            "Als het hard regende, bleef men thuis en wachtte men tot het weer over was.",
            "De ouderen zeiden dat vroeger alles anders was, of zij meenden dat tenminste.",
        ],
        fact: "In YEAR verzette de pomp PUMP van PLACE per dag AMOUNT water.",
        places: ["Stavoren", "Harlingen", "Zoutkamp", "Enkhuizen"],
        unit: "ton",
        question: "Hoeveel ton water verzette de pomp 9 per dag?",
    });
}

#[test]
fn russian_numbers_and_names_survive() {
    survives(&Text {
        code: "ru",
        filler: [
            "В тот день не случилось ничего такого, о чём потом захотелось бы рассказать.",
            "Все думали, что скоро станет лучше, но никто в этом не был уверен.",
            "Они медленно шли вдоль берега и говорили о том, о чём говорят всегда.",
            "Так было уже очень давно, и никто из них этому больше не удивлялся.",
            "Когда шёл сильный дождь, все сидели дома и ждали, пока он кончится.",
            "Старики говорили, что раньше всё было иначе, или им так только казалось.",
        ],
        fact: "В YEAR году насос PUMP в городе PLACE качал за день AMOUNT воды.",
        places: ["Заречинск", "Новолуговое", "Каменогорск", "Верхнеозёрск"],
        unit: "тонны",
        question: "Сколько воды качал за день насос 9?",
    });
}

#[test]
fn arabic_numbers_and_names_survive() {
    survives(&Text {
        code: "ar",
        filler: [
            "في ذلك اليوم لم يحدث أي شيء كان يمكن أن يرويه أحد فيما بعد.",
            "كان الجميع يعتقدون أن الأمور سوف تتحسن ولكن لم يكن أحد على يقين من ذلك.",
            "كانوا يمشون على مهل على الشاطئ وهم يتحدثون عن كل ما كانوا يتحدثون عنه من قبل.",
            "كانت هذه عادة قديمة ولم يعد أحد منهم يتعجب من ذلك.",
            "عندما كان المطر ينزل كانوا في البيت حتى ينتهي كل ذلك.",
            "كان الكبار يقولون إن كل شيء كان غير هذا من قبل أو هكذا كانوا يظنون.",
        ],
        fact: "في عام YEAR كانت المضخة PUMP في PLACE ترفع كل يوم AMOUNT من الماء.",
        places: ["الصويرة", "القصرين", "المحمدية", "الناظور"],
        unit: "طنا",
        question: "كم طنا من الماء كانت المضخة 9 ترفع كل يوم؟",
    });
}

#[test]
fn greek_numbers_and_names_survive() {
    survives(&Text {
        code: "el",
        filler: [
            "Εκείνη την ημέρα δεν έγινε τίποτα που θα ήθελε κάποιος να το πει αργότερα.",
            "Όλοι πίστευαν ότι τα πράγματα θα πάνε καλύτερα, αλλά κανείς δεν ήταν σίγουρος για αυτό.",
            "Περπατούσαν αργά κατά μήκος της ακτής και μιλούσαν για όλα αυτά που λένε πάντα.",
            "Ήταν μια πολύ παλιά συνήθεια και δεν ήταν πια κανείς που να απορεί με αυτό.",
            "Όταν έβρεχε πολύ, έμεναν όλοι μέσα στο σπίτι και περίμεναν μέχρι να σταματήσει.",
            "Οι πιο παλιοί έλεγαν ότι πριν όλα ήταν πολύ διαφορετικά, ή έτσι τουλάχιστον νόμιζαν.",
        ],
        fact: "Το YEAR η αντλία PUMP στο χωριό PLACE σήκωνε κάθε μέρα AMOUNT νερό.",
        places: ["Γαλαξίδι", "Μονεμβασιά", "Καρδαμύλη", "Λεωνίδιο"],
        unit: "τόνους",
        question: "Πόσους τόνους νερό σήκωνε η αντλία 9 κάθε μέρα;",
    });
}

#[test]
fn hindi_numbers_and_names_survive() {
    survives(&Text {
        code: "hi",
        filler: [
            "उस दिन ऐसा कुछ भी नहीं हुआ जो बाद में किसी को बताया जा सकता था।",
            "सभी को यह लगता था कि अब सब अच्छा होता जा रहा है लेकिन किसी को भी यह पता नहीं था।",
            "वे किनारे के साथ धीरे धीरे चल रहे थे और वही कह रहे थे जो वे पहले भी कहते थे।",
            "यह बहुत पहले से ऐसा ही था और अब इस पर किसी को भी कुछ नहीं लगता था।",
            "जब वर्षा होती थी तब वे सब अपने घर में ही होते थे और उसके बाद ही जाते थे।",
            "वे यह भी कहते थे कि पहले सब कुछ ऐसा नहीं था या उन्हें ऐसा लगता था।",
        ],
        fact: "सन YEAR में PLACE के पंप PUMP ने हर दिन AMOUNT पानी उठाया।",
        places: ["रामगढ़", "चंदेरी", "बिलासपुर", "मांडवी"],
        unit: "टन",
        question: "पंप 9 ने हर दिन कितने टन पानी उठाया?",
    });
}

#[test]
fn romanian_numbers_and_names_survive() {
    survives(&Text {
        code: "ro",
        filler: [
            "În ziua aceea nu s-a întâmplat nimic din ceea ce ar fi vrut cineva să spună mai târziu.",
            "Toți credeau că lucrurile vor fi mai bune, dar nimeni nu era sigur de acest lucru.",
            "Mergeau încet de-a lungul apei și vorbeau despre toate cele de care se vorbește mereu.",
            "Era un obicei foarte vechi și nu mai era nimeni care să se mire de el.",
            "Când ploua mult, stăteau cu toții în casă și așteptau până când se oprea.",
            "Cei mai bătrâni spuneau că înainte toate erau altfel, sau așa li se părea lor.",
        ],
        fact: "În YEAR pompa PUMP din PLACE scotea în fiecare zi AMOUNT de apă.",
        places: ["Sighișoara", "Câmpulung", "Vatra Dornei", "Jurilovca"],
        unit: "tone",
        question: "Câte tone de apă scotea pompa 9 în fiecare zi?",
    });
}

#[test]
fn turkish_numbers_and_names_survive() {
    survives(&Text {
        code: "tr",
        filler: [
            "O gün sonra herkese anlatmak isteyeceği gibi bir şey olmadı.",
            "Herkes her şeyin daha iyi olacağını düşünüyordu ama hiç kimse bundan çok emin değildi.",
            "Kıyı boyunca çok yavaş yürüdüler ve her zaman ne konuşuyorlarsa onu konuştular.",
            "Bu çok eski bir şeydi ve artık hiçbiri için böyle olması çok da şaşırtıcı değildi.",
            "Çok yağmur olduğu zaman hem onlar hem de diğerleri evde bekler ve sonra çıkardı.",
            "En yaşlılar daha önce her şeyin böyle olmadığını söylerdi ya da onlara öyle gelirdi.",
        ],
        fact: "YEAR yılında PLACE kasabasının PUMP numaralı pompası günde AMOUNT su çekerdi.",
        places: ["Safranbolu", "Ayvalık", "Göynük", "Şavşat"],
        unit: "ton",
        question: "9 numaralı pompa günde kaç ton su çekerdi?",
    });
}

#[test]
fn vietnamese_numbers_and_names_survive() {
    survives(&Text {
        code: "vi",
        filler: [
            "Vào ngày đó đã không có gì mà sau này có ai còn muốn kể lại cho nhau.",
            "Tất cả họ đều nghĩ rằng rồi sẽ tốt hơn nhưng không có ai trong số đó là chắc chắn cả.",
            "Họ đã đi rất chậm ở bên bờ và nói với nhau về những gì mà họ vẫn luôn nói.",
            "Đó đã là một thói quen từ rất lâu và cũng không còn ai trong họ thấy lạ nữa.",
            "Khi trời mưa nhiều thì họ đều ở trong nhà và chờ cho đến khi mưa hết.",
            "Những người già thì nói rằng trước đây tất cả đều khác hoặc là họ nghĩ như vậy.",
        ],
        fact: "Năm YEAR máy bơm PUMP ở PLACE đã bơm mỗi ngày AMOUNT nước.",
        places: ["Vĩnh Thạnh", "Quảng Trạch", "Hương Khê", "Đông Triều"],
        unit: "tấn",
        question: "Máy bơm 9 đã bơm bao nhiêu tấn nước mỗi ngày?",
    });
}
