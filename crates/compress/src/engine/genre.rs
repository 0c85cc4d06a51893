//! Running text of two trades that is written and read otherwise than any other: law and science.
//!
//! Both are told by words that hardly anybody else uses ("notwithstanding", "et al."), several of them and often
//! enough; a single "shall" or "table" says nothing.

use std::ops::Range;
use std::sync::OnceLock;

use memchr::memmem;

use super::blocks::Block;
use super::lexicon::{IdMap, IdSet, fold_hash};
use super::sentences::lines;
use crate::request::Kind;

/// Words of contracts, statutes, terms and licences, by language: English, German, French, Spanish, Italian,
/// Portuguese, Dutch.
const LEGAL: [&str; 7] = [
    "patent patents permission permissions royalty royalties shall hereby herein hereof hereto hereunder hereinafter thereof thereto therein thereunder whereas \
     pursuant notwithstanding liable liability liabilities warranty warranties indemnify indemnification \
     indemnity licensee licensor lessee lessor landlord tenant plaintiff defendant appellant respondent \
     petitioner tribunal jurisdiction arbitration agreement agreements contract contractual clause clauses \
     subsection statute statutory provision provisions covenant covenants obligation obligations breach party \
     parties termination terminate enforceable unenforceable severable aforesaid aforementioned damages \
     merchantability infringement infringe amended amendment enacted counsel confidentiality assignee assignor \
     governing lawful unlawful applicable entitled consent waiver waive copyright sublicense noninfringement \
     negligence court courts prejudice",
    "gemäß unbeschadet vertrag vertrags verträge vertragspartei vertragsparteien vertragspartner haftung haftet \
     absatz artikel bestimmung bestimmungen verordnung gesetz gesetzes gericht gerichtsstand kläger beklagte \
     beklagten kündigung kündigen verpflichtung verpflichtungen verpflichtet schadensersatz schadenersatz \
     gewährleistung anspruch ansprüche vorbehaltlich auftragnehmer auftraggeber vermieter mieter mietvertrag \
     lizenznehmer rechtsvorschriften verletzung parteien partei klausel vereinbarung zustimmung unverzüglich \
     schriftlich wirksam unwirksam geltend fahrlässigkeit vorsatz",
    "conformément nonobstant susvisé susvisée contrat contrats contractant contractante contractantes \
     contractuelle contractuelles partie parties alinéa clause clauses responsabilité obligation obligations \
     tribunal tribunaux juridiction résiliation résilier règlement dispositions disposition stipulations décret \
     dommages garantie garanties ladite ledit lesdites lesdits demandeur défendeur bailleur locataire preneur \
     licence préjudice exécution manquement vigueur article articles présentes convention consentement",
    "artículo artículos contrato contratos partes parte cláusula cláusulas obligaciones obligación \
     responsabilidad tribunal tribunales juzgado jurisdicción rescisión resolución reglamento disposiciones \
     disposición decreto daños perjuicios garantía demandante demandado vigor apartado arrendador arrendatario \
     licencia incumplimiento conformidad convenio notificación consentimiento presente leyes legal legales \
     contratante contratantes",
    "articolo articoli contratto contratti contrattuale contrattuali parti parte comma clausola clausole \
     responsabilità obblighi obbligo obbligazioni tribunale giurisdizione risoluzione recesso regolamento \
     disposizioni disposizione decreto danni garanzia predetto suddetto convenuto attore locatore conduttore \
     licenza inadempimento vigore sensi consenso legge leggi notifica",
    "artigo artigos contrato contratos contratual contratuais partes parte cláusula cláusulas obrigações \
     obrigação responsabilidade tribunal jurisdição rescisão regulamento disposições disposição decreto danos \
     garantia autor locador locatário licença incumprimento vigor termos consentimento notificação presente \
     contratante contratantes",
    "artikel artikelen overeenkomst overeenkomsten partijen partij krachtens ingevolge verplichtingen \
     verplichting verplicht aansprakelijk aansprakelijkheid rechtbank rechter bepalingen bepaling verordening \
     schade schadevergoeding garantie ontbinding ontbinden beding bedoeld overeenkomstig verhuurder huurder \
     huurovereenkomst licentie toestemming schriftelijk wettelijk wettelijke nakoming tekortkoming \
     opdrachtgever opdrachtnemer geschil geschillen",
];

/// Words of papers, by language, in the same order.
const SCIENTIFIC: [&str; 7] = [
    "abstract hypothesis hypotheses hypothesised hypothesized methodology participants dataset datasets \
     baseline baselines experiment experiments experimental significantly correlation correlations coefficient \
     coefficients regression statistically empirical empirically propose outperforms outperform vitro assay \
     assays theorem lemma corollary variance deviation respectively simulation simulations quantified quantify \
     cohort cohorts randomized randomised arxiv supplementary preprint concentration concentrations measured \
     measurements estimated observed spectra spectrum parameter parameters sampled samples posterior likelihood \
     novel prior previously investigate investigated demonstrate demonstrated proteins cells in-vitro ablation \
     state-of-the-art annotated corpus accuracy out-of-sample significant significance residual residuals \
     estimate estimates estimator estimators estimation statistic statistics statistical autocorrelation \
     gradient gradients equation equations appendix footnote",
    "abbildung tabelle hypothese hypothesen stichprobe probanden signifikant signifikante korrelation \
     regression regressionsanalyse koeffizient koeffizienten varianz standardabweichung experiment experimente \
     experimentell messungen messung gemessen messwerte untersucht untersuchung untersuchungen ergebnisse \
     auswertung methodik datensatz datensätze simulation simulationen modell probe proben konzentration \
     empirisch empirische studie studien kontrollgruppe konfidenzintervall",
    "hypothèse hypothèses échantillon échantillons participants significativement significative significatif \
     corrélation corrélations régression coefficient coefficients variance écart-type expérience expériences \
     expérimental expérimentale expérimentaux mesures mesuré mesurée mesurés résultats méthodologie simulation \
     simulations modèle empirique empiriques étude études cohorte figure tableau concentration concentrations \
     observé observée analyse analyses",
    "hipótesis muestra muestras participantes significativamente significativa significativo correlación \
     correlaciones regresión coeficiente coeficientes varianza desviación experimento experimentos experimental \
     experimentales mediciones medido medida resultados metodología simulación simulaciones modelo empírico \
     empírica estudio estudios cohorte figura tabla concentración concentraciones observado observada análisis",
    "ipotesi campione campioni partecipanti significativamente significativa significativo correlazione \
     correlazioni regressione coefficiente coefficienti varianza deviazione esperimento esperimenti \
     sperimentale sperimentali misure misurazioni misurato misurata risultati metodologia simulazione \
     simulazioni modello empirico empirica studio studi coorte figura tabella concentrazione concentrazioni \
     osservato osservata analisi",
    "hipótese hipóteses amostra amostras participantes significativamente significativa significativo \
     correlação correlações regressão coeficiente coeficientes variância desvio experimento experimentos \
     experimental experimentais medições medido medida resultados metodologia simulação simulações modelo \
     empírico empírica estudo estudos coorte figura tabela concentração concentrações observado observada \
     análise",
    "hypothese hypothesen steekproef steekproeven deelnemers significant significante correlatie correlaties \
     regressie coëfficiënt coëfficiënten variantie standaardafwijking experiment experimenten experimentele \
     metingen gemeten resultaten methodologie simulatie simulaties model empirisch empirische onderzoek \
     onderzocht studie studies cohort figuur tabel concentratie concentraties waargenomen analyse",
];

/// Of so many words at least one is a trade's.
const LEGAL_EVERY: usize = 30;
const SCIENTIFIC_EVERY: usize = 40;
/// And so many different ones: a story has a party, an agreement and a court as well.
const DIFFERENT: usize = 6;
/// What is cited in a word's place counts as so many of them.
const CITED: usize = 2;
/// A shorter word says little of a trade.
const SHORTEST: usize = 5;
/// Fewer words tell nothing.
const FEWEST: usize = 60;
/// Of a longer text so many bytes are looked at, in a few places.
const SAMPLE: usize = 32 << 10;
const PLACES: usize = 8;
/// A stretch that is judged by itself has at least so many words.
const STRETCH: usize = 150;

const LAW: u8 = 1;
const SCIENCE: u8 = 2;

/// The trades that each word speaks for; which languages use it is not asked.
fn cues() -> &'static IdMap<u8> {
    static CUES: OnceLock<IdMap<u8>> = OnceLock::new();
    CUES.get_or_init(|| {
        let mut cues = IdMap::default();
        for (lists, trade) in [(&LEGAL, LAW), (&SCIENTIFIC, SCIENCE)] {
            for word in lists.iter().flat_map(|list| list.split_whitespace()) {
                *cues.entry(fold_hash(word)).or_default() |= trade;
            }
        }
        cues
    })
}

/// What was counted of a stretch.
#[derive(Default)]
struct Count {
    words: usize,
    law: usize,
    science: usize,
    laws: IdSet,
    sciences: IdSet,
}

impl Count {
    fn add(&mut self, text: &str) {
        let cues = cues();
        let inside = |c: char| c.is_alphanumeric() || c == '-';
        for word in text.split(|c| !inside(c)).filter(|word| !word.is_empty()) {
            self.words += 1;
            // The lists have no shorter ones.
            if word.len() < SHORTEST {
                continue;
            }
            let hash = fold_hash(word);
            let speaks = cues.get(&hash).copied().unwrap_or(0);
            if speaks & LAW != 0 {
                self.law += 1;
                self.laws.insert(hash);
            }
            if speaks & SCIENCE != 0 {
                self.science += 1;
                self.sciences.insert(hash);
            }
        }
        let times = |what: &str| memmem::find_iter(text.as_bytes(), what.as_bytes()).count();
        self.law += times("§");
        let cited = citations(text) + times("et al");
        self.science += CITED * cited;
        if cited > 0 {
            // As another word.
            self.sciences.insert(0);
        }
    }

    /// Whether so many of its words speak for a trade, and so many different ones; `half` of it is enough where all
    /// around is of that trade.
    fn is(&self, kind: Kind, half: bool) -> bool {
        let (count, different, every) = match kind {
            Kind::Legal => (self.law, self.laws.len(), LEGAL_EVERY),
            Kind::Scientific => (self.science, self.sciences.len(), SCIENTIFIC_EVERY),
            _ => return false,
        };
        let times = if half { 2 } else { 1 };
        count * every * times >= self.words && different * times >= DIFFERENT
    }

    fn kind(&self) -> Option<Kind> {
        if self.words < FEWEST {
            return None;
        }
        match (self.is(Kind::Legal, false), self.is(Kind::Scientific, false)) {
            (true, true) if self.science > self.law => Some(Kind::Scientific),
            (true, _) => Some(Kind::Legal),
            (false, true) => Some(Kind::Scientific),
            (false, false) => None,
        }
    }
}

/// How often `text` cites as papers do: `[12]`, `[3, 4]`, `(Weiss et al., 2010)`, `Weiss (2010)`, `[@weiss2010]`.
fn citations(text: &str) -> usize {
    /// A longer bracket cites nothing.
    const LONGEST: usize = 80;
    let bytes = text.as_bytes();
    let mut found = 0;
    for at in memchr::memchr2_iter(b'[', b'(', bytes) {
        let open = bytes[at];
        let rest = &bytes[at + 1..bytes.len().min(at + 1 + LONGEST)];
        let Some(close) = rest.iter().position(|b| matches!(b, b']' | b')' | b'\n')) else {
            continue;
        };
        let (inside, close) = (&rest[..close], rest[close]);
        let number = |b: &u8| b.is_ascii_digit() || matches!(b, b',' | b' ' | b'-');
        found += usize::from(match (open, close) {
            (b'[', b']') => {
                inside.starts_with(b"@")
                    || ((1..=16).contains(&inside.len())
                        && inside.iter().all(number)
                        && inside[0].is_ascii_digit())
            }
            // A name, and a year at the end.
            (b'(', b')') => {
                let year = inside.last_chunk::<4>().is_some_and(|year| {
                    matches!(year[..2], [b'1', b'9'] | [b'2', b'0'])
                        && year.iter().all(u8::is_ascii_digit)
                });
                let named =
                    inside.first().is_some_and(u8::is_ascii_uppercase) && inside.contains(&b',');
                let name = || {
                    let near = text.floor_char_boundary(at.saturating_sub(LONGEST));
                    text[near..at].trim_end().rsplit(' ').next().unwrap_or("")
                };
                year && (named
                    || (inside.len() == 4
                        && (name().starts_with(char::is_uppercase) || name() == "al.")))
            }
            _ => false,
        });
    }
    found
}

/// The trade of a running text; of a long one, of samples.
pub(crate) fn of(text: &str) -> Option<Kind> {
    let mut count = Count::default();
    if text.len() <= SAMPLE {
        count.add(text);
        return count.kind();
    }
    for place in 0..PLACES {
        let from = text.floor_char_boundary(text.len() / PLACES * place);
        let to = text.floor_char_boundary(from + SAMPLE / PLACES);
        count.add(&text[from..to]);
    }
    count.kind()
}

/// Cuts blocks of running text where their trade changes, at a blank line or a heading, unless somebody `said`
/// what all of it is.
pub(crate) fn refined(text: &str, blocks: Vec<Block>, said: Option<Kind>) -> Vec<Block> {
    if said.is_some_and(|kind| kind != Kind::Markdown) {
        return blocks;
    }
    let mut out: Vec<Block> = Vec::with_capacity(blocks.len());
    for block in blocks {
        let (whole, of_all) = match block.kind {
            Kind::Prose | Kind::Markdown => (block.kind, None),
            // Of all of it, and perhaps not of this stretch.
            Kind::Legal | Kind::Scientific => (said.unwrap_or(Kind::Prose), Some(block.kind)),
            Kind::Dialogue | Kind::Code | Kind::Json | Kind::Table | Kind::Log => {
                out.push(block);
                continue;
            }
        };
        for stretch in stretches(text, &block.range) {
            let mut count = Count::default();
            count.add(&text[stretch.clone()]);
            // Too short to tell: as what stands before it.
            let short = count.words < FEWEST;
            let before = out.last_mut().filter(|last| last.range.start >= block.range.start);
            let leans = of_all.filter(|kind| count.is(*kind, true));
            let kind = count.kind().or(leans).unwrap_or(whole);
            match before {
                Some(last) if short || last.kind == kind => last.range.end = stretch.end,
                _ => out.push(Block { range: stretch, kind, head: 0, tail: 0 }),
            }
        }
    }
    out
}

/// Paragraphs, as many together as make a stretch that can be judged; a heading begins a new one.
fn stretches(text: &str, range: &Range<usize>) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let (mut from, mut words, mut blank) = (range.start, 0, false);
    let mut end = range.start;
    for line in lines(&text[range.clone()]) {
        let (start, content_end) = (line.start + range.start, line.content_end + range.start);
        let content = text[start..content_end].trim();
        if content.is_empty() {
            blank = true;
            continue;
        }
        if end > from && (content.starts_with('#') || (blank && words >= STRETCH)) {
            out.push(from..end);
            (from, words) = (start, 0);
        }
        blank = false;
        words += content.split_whitespace().count();
        end = content_end;
    }
    if end > from {
        out.push(from..end);
    }
    out
}

#[cfg(test)]
mod tests;
