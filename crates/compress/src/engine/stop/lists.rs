//! The lists: what serves grammar, what holds a name or a phrase together, and what turns a meaning round. All
//! lowercase, words apart by one space.

use super::Language;

/// What is known of a language.
pub(super) struct Lists {
    pub(super) language: Language,
    /// Two letters, as in ISO 639-1.
    pub(super) code: &'static str,
    /// Function words.
    pub(super) function: &'static str,
    /// Function words that hold a name or a phrase together, and so belong to answers more often than verbs do.
    pub(super) links: &'static str,
    pub(super) negations: &'static str,
}

/// What holds names of people and places together, whatever language they are mentioned in.
pub(super) const IN_NAMES: &str = "de la du des le les et und der die das dem den von im zu del los las el y en di e da \
                                   do van het";

/// In the order of [`Language`].
#[rustfmt::skip]
pub(super) const LANGUAGES: [Lists; 15] = [
    Lists {
        language: Language::English,
        code: "en",
        function: "a about above after again against all am an and any are aren't as at be because been before being \
            below between both but by can could couldn't did didn't do does doesn't doing don't down during each \
            few for from further had hadn't has hasn't have haven't having he he'd he'll he's her here here's \
            hers herself him himself his how i i'd i'll i'm i've if in into is isn't it it's it'll its itself \
            just let's me more most my myself of off on once only or other ought our ours ourselves out over own \
            same shan't she she'd she'll she's should shouldn't so some such than that that's the their theirs \
            them themselves then there there's these they they'd they'll they're they've this those through to \
            too under until up upon very was wasn't we we'd we'll we're we've were weren't what what's when \
            where where's which while who who's whom whose why will with won't would wouldn't you you'd you'll \
            you're you've your yours yourself yourselves also uh um uhm mm hmm yeah okay oh well gonna may might \
            shall may us",
        links: "of the a an in and to for by or on at from with",
        negations: "not no never none without except unless cannot can't nor neither nothing nobody n't must mustn't \
            don't doesn't didn't isn't aren't wasn't weren't won't wouldn't couldn't shouldn't hasn't haven't \
            hadn't",
    },
    Lists {
        language: Language::Spanish,
        code: "es",
        function: "a al algo algunas algunos ante antes aquel aquella aquello asi así aun aunque bajo bien cada como \
            con contra cual cuando de del desde donde dos durante e el él ella ellas ellos en entre era eran es \
            esa esas ese eso esos esta está están estas este esto estos fue fueron ha había han hasta hay he la \
            las le les lo los más me mi mientras muy o os otra otras otro otros para pero poco por porque que \
            qué quien se sea según ser si sí sido siendo sobre son su sus también tan tanto te tiene tienen toda \
            todas todo todos tras tu tus u un una unas uno unos y ya yo",
        links: "de la el del los las y e en a o u por para con al un una",
        negations: "no nunca jamás sin ni nada nadie ningún ninguna ninguno tampoco excepto salvo",
    },
    Lists {
        language: Language::German,
        code: "de",
        function: "aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bin bis bist \
            da dabei damit dann das dass dazu dem den denn der des die dies diese diesem diesen dieser dieses \
            doch dort du durch ein eine einem einen einer eines er es etwa für gegen hab habe haben hat hatte \
            hatten hier hin ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in indem ins ist ja jede jedem jeden \
            jeder jedes jetzt kann können konnte man mehr mein mich mir mit nach noch nun nur ob oder schon sehr \
            sein seine seinem seinen seiner seit sich sie sind so solche soll sollte sondern sowie über um und \
            uns unser unter vom von vor während war waren was weil welche welcher wenn werden wie wieder will \
            wir wird wo wurde wurden zu zum zur zwar zwischen",
        links: "von der die das dem den des und im in zu zum zur am an auf für mit oder ein eine eines einer",
        negations: "nicht kein keine keinem keinen keiner keines nie niemals niemand nichts ohne weder außer",
    },
    Lists {
        language: Language::French,
        code: "fr",
        function: "à afin ai ainsi alors après au aussi autre autres aux avait avant avec avoir c'est ce cela celle \
            celui ces cet cette ceux chaque chez comme d'un d'une dans de depuis des deux doit donc dont du elle \
            elles en encore entre est et été être eu fait faire il ils j'ai je l'on la là le les leur leurs lors \
            lui mais me même mes moi mon n' notre nous on ont ou où par parce pendant peu peut plus plusieurs \
            pour puis qu'il qu'elle qu'on quand que quel quelle qui s'est sa se selon ses si soit son sont sous \
            sur ta tant te tout toute toutes tous très tu un une vers vos votre vous y",
        links: "de la le les du des et ou à au aux en par pour sur un une",
        negations: "ne n'est n'a n'ont pas non sans jamais rien aucun aucune ni sauf personne",
    },
    Lists {
        language: Language::Italian,
        code: "it",
        function: "a abbia ad agli ai al alla alle allo anche ancora avere aveva c'è che chi ci come con cui da dagli \
            dai dal dalla dalle dallo degli dei del dell' della delle dello di dopo dove due e è ed era erano \
            essere fra fu gli ha hanno ho i il in io l' la le lei li lo loro lui ma mi mia mio molto ne negli \
            nei nel nella nelle nello nostro o ogni per perché però più poi prima quale quando quanto quella \
            quelle quelli quello questa queste questi questo qui se sempre si sia sono sta stata stati stato su \
            sua sue sugli sui sul sulla sulle suo suoi tra tutti tutto un un' una uno",
        links: "di la il le i lo gli del della dei delle degli dello e ed o in nel nella a al alla da dal dalla per \
            con su un una",
        negations: "non no senza mai niente nulla nessun nessuna nessuno né neanche tranne",
    },
    Lists {
        language: Language::Portuguese,
        code: "pt",
        function: "a à ao aos às as até com como da das de dela dele deles depois do dos e é ela elas ele eles em entre \
            era eram essa essas esse esses esta está estão estas este estes eu foi foram há isso isto já la lhe \
            mais mas me mesmo meu minha muito na nas no nos nós num numa o os ou para pela pelas pelo pelos por \
            porque qual quando que quem se seja sem ser seu seus só sobre são também te tem têm ter toda todas \
            todo todos tu tua um uma umas uns você vocês",
        links: "de da do das dos e o a os as em no na nos nas ou por para com um uma ao à",
        negations: "não nunca nem sem nada ninguém nenhum nenhuma jamais exceto",
    },
    Lists {
        language: Language::Dutch,
        code: "nl",
        function: "aan al alle als bij dan dat de der deze die dit doch door dus een en er had hebben heeft hem het \
            hier hij hoe hun ik in is ja je kan kon kunnen maar me meer men met mij mijn na naar nog nu of om \
            onder ons ook op over reeds te ten tegen ter toch toen tot u uit uw van veel voor want waren was wat \
            we wel werd werden wie wij wil worden wordt zal ze zelf zich zij zijn zo zou den",
        links: "van het de en een in op te voor met of der den aan",
        negations: "niet geen nooit niemand niets zonder noch behalve",
    },
    Lists {
        language: Language::Russian,
        code: "ru",
        function: "а без более бы был была были было быть в вам вас весь во вот все всего всех вы где да даже для до \
            его ее её если есть еще ещё же за здесь и из или им их к как какая какой ко когда кто ли либо между \
            меня мне может мой мы на над надо наш него нее ней них но ну о об однако он она они оно от очень по \
            под после потом потому почти при про с сам свой себе себя со так также такой там те тем то того тоже \
            той только том ты у уже хотя чего чем что чтобы эта эти это этого этой этом этот я",
        links: "и в на с из по для от до о к у или под",
        negations: "не нет ни никогда никто ничего нельзя без кроме",
    },
    Lists {
        language: Language::Korean,
        code: "ko",
        function: "이 그 저 것 수 등 및 또 또는 그리고 그러나 하지만 그래서 따라서 때문에 위해 위한 대한 대해 관한 통해 따라 있다 있는 있었다 있으며 있고 한다 하는 했다 하였다 하며 하고 \
            된다 되는 되었다 됐다 이다 이며 였다 이었다 같은 같이 더 매우 아주 모든 여러 각 이런 그런 저런 우리 그들 그녀 나 너 때 후 중 안에 위에 약 또한 즉 다른 이후 당시 가장 \
            많은 와 과",
        links: "및 또는 와 과",
        negations: "않다 않은 않는 않았다 않고 않으며 없다 없는 없었다 없이 없고 아니다 아닌 아니라 아니었다 못 못한 못했다 안 말라",
    },
    Lists {
        language: Language::Arabic,
        code: "ar",
        function: "من في على إلى الى عن مع هذا هذه ذلك تلك هذان هؤلاء التي الذي الذين اللذين اللتين كان كانت كانوا يكون \
            تكون قد لقد أن ان إن أنه أنها بأن بأنه لأن لأنه هو هي هم هن هما وهو وهي وهم نحن أنا كما بين بعد قبل \
            عند عندما حتى أو ام أم ثم و كل بعض أي حيث منذ خلال ضمن عبر حول تحت فوق لدى ما ماذا إذا اذا لو لكن \
            ولكن بل أيضا أيضًا فقط مثل فيها فيه منها منه عليها عليه إليه إليها بها به له لها لهم معه معها كانا \
            وقد وكان وكانت ومن وفي وعلى والتي والذي مما فإن وأن وإن وأنه كذلك لذلك بينما هناك هنا كيف متى أين \
            لماذا يمكن عام سواء نحو جدا أكثر أقل",
        links: "من في على إلى الى عن مع و أو بين أن بعد",
        negations: "لا لم لن ليس ليست ليسوا غير دون بدون سوى إلا عدم ولا ولم ولن وليس وليست أبدا قط لما",
    },
    Lists {
        language: Language::Greek,
        code: "el",
        function: "ο η το οι τα του της των τον τη την τους τις στο στη στην στον στους στις στα και κι ή να θα με από \
            απ για γι σε ως όπως που πως ότι αν εάν όταν είναι ήταν έχει έχουν είχε είχαν έχοντας αυτό αυτή \
            αυτός αυτόν αυτήν αυτά αυτές αυτοί αυτούς αυτών αυτού αυτής ένα μια μία ένας έναν ενός μιας μίας \
            κατά μετά πριν προς μεταξύ αλλά όμως επίσης καθώς ενώ επειδή διότι λόγω κάθε όλα όλες όλοι όλους \
            όλων όλη όλο πολύ πολλά πολλές πολλοί πολλούς πολλών πιο περισσότερο περισσότερα οποίος οποίου οποία \
            οποίας οποίο οποίον οποίοι οποίους οποίες οποίων εκείνο εκείνη εκείνος τότε μόνο παρά υπό υπ δια διά \
            αφού μέσα μέσω έξω πάνω κάτω εδώ εκεί μπορεί μπορούν μπορούσε πρέπει ίδιο ίδια ίδιος άλλα άλλες \
            άλλοι άλλους άλλων άλλη άλλο άλλος τι ποιος ποια ποιο πώς πού γιατί ούτω έτσι ακόμη ακόμα ήδη σχεδόν \
            περίπου μας σας εμείς εσείς εγώ εσύ όσο όσα όσοι τόσο όπου επί ανά σύμφωνα κοντά γύρω έως μέχρι",
        links: "ο η το οι τα του της των τον τη την τους τις στο στη στην στον στα και ή με από για σε ένα μια μία",
        negations: "δεν δε μην μη όχι ούτε μήτε χωρίς δίχως κανένας κανείς καμία κανένα κανέναν τίποτα τίποτε ποτέ εκτός \
            πλην",
    },
    Lists {
        language: Language::Hindi,
        code: "hi",
        function: "का की के को में से पर और एवं तथा व है हैं था थी थे हो हुआ हुई हुए होना होने ही भी यह ये वह वे इस उस \
            इन उन एक जो कि तो तक ने लिए साथ बाद पहले द्वारा रूप कर करना करने करता करते करती किया किए गया गई गए \
            जा जाता जाती जाते जाना सकता सकते सकती अपने अपनी अपना कुछ सभी सब जैसे जैसा जैसी जब तब या अथवा लेकिन \
            परंतु किन्तु क्योंकि इसलिए होता होती होते रहा रही रहे इसके इसकी इसका उसके उसकी उसका उनके उनकी उनका \
            इनके इनकी इसे उसे उन्हें इन्हें जिसे जिसमें जिसके जिसकी जिसका जिससे जिनके जिन इसमें उसमें इससे उससे \
            वाले वाली वाला ऐसे ऐसा ऐसी यहाँ वहाँ यदि अगर बहुत अधिक अन्य दोनों ओर बीच दौरान अब फिर मैं हम आप तुम \
            क्या कौन कैसे क्यों कहाँ कब",
        links: "का की के को में से पर और ने एक या व एवं तथा",
        negations: "नहीं न ना मत बिना सिवाय नही कदापि",
    },
    Lists {
        language: Language::Romanian,
        code: "ro",
        function: "a al ale ai alt alta altă alte altele alți altor am ar are aceasta această acest acesta aceste \
            acești acestea acestor acestui acestei aceea acel acela acele acei acelor asupra astfel atât au avea \
            avut aveau având ca că când care căror căruia căreia către cât ce cea cei cele celor celui cel chiar \
            cu cum da dacă dar de deci decât deja deoarece deși despre din dintre dintr doar după ea ei el ele \
            era erau este există e eu fi fie fiind fost fusese foarte iar îi îl îmi în înainte încă înspre într \
            între îţi își îşi l la le li lor lui lângă mai mult multe mulți multor noi o or ori pe pentru peste \
            poate pot prin printre printr s sa sale sau să se său săi sunt spre sub suntem tot toate toți toată \
            tuturor totuși un una unde unei unele unii unor unui va voi vor unul și şi te tu dvs precum putea",
        links: "de a al ai ale la din în cu și şi pe lui un o unui unei sau prin pentru între",
        negations: "nu nici fără niciun nicio niciunul nimic nimeni niciodată nicăieri n-a n-au nu-i excepția",
    },
    Lists {
        language: Language::Turkish,
        code: "tr",
        function: "ve ile bir bu şu o da de ki mi mı mu mü için gibi kadar daha en çok az her bazı tüm bütün olan \
            olarak oldu olduğu olduğunu olur olması olmak olup ise idi ya veya yahut ancak fakat ama lakin çünkü \
            sonra önce göre karşı doğru içinde içine üzerinde üzerine altında arasında tarafından diğer aynı \
            böyle böylece şöyle ne nasıl neden niçin kim kimi hangi bunun buna bunu bunlar bunların onun ona onu \
            onlar onların kendi kendisi biri birçok birkaç hem dolayı rağmen beri itibaren ayrıca hala hatta \
            yani ben sen biz siz bana sana bizim sizin benim şey şimdi artık bile sadece yalnızca eğer üzere \
            boyunca dahil vardı var vardır olabilir edilir edildi etti eder edilen eden etmek değin",
        links: "ve ile bir bu veya için en",
        negations: "değil değildir değildi yok yoktur yoktu hiç hiçbir olmayan olmadan olmadığı olmaz olmadı asla \
            hiçbiri kimse hariç dışında",
    },
    Lists {
        language: Language::Vietnamese,
        code: "vi",
        function: "và của là các những một được trong có cho với này đó kia ấy khi từ đến tới tại ở trên dưới ra vào về \
            để theo như cũng đã đang sẽ bị bởi do vì nên thì mà hay hoặc nhưng nếu rằng nhiều rất hơn nhất vẫn \
            còn chỉ lại sau trước giữa cùng nó họ chúng tôi ta sự việc cái mỗi mọi tất cả vậy thế đây nơi gì ai \
            nào sao bao lúc qua lên xuống hết nữa rồi phải thể cần muốn vừa mới luôn thường khoảng gần tuy dù \
            mặc đều tự mình nhau khác",
        links: "và của là các những một trong với ở từ cho",
        negations: "không chưa chẳng chả đừng chớ trừ",
    },
];
