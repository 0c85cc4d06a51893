use super::super::blocks;
use super::*;

/// A contract, an article of a statute or terms, in each language that has a list.
const CONTRACTS: [&str; 7] = [
    "The Licensor hereby grants the Licensee a right to use the Work, provided that the Licensee shall not \
     sublicense it without prior written consent. Either party may terminate this Agreement upon thirty days' \
     notice if the other party commits a material breach of any provision hereof. Notwithstanding the foregoing, \
     neither party shall be liable for indirect damages. This clause survives termination of the Agreement, and \
     the courts of Halden have jurisdiction over any dispute arising from it.",
    "Der Auftragnehmer haftet gemäß § 5 dieses Vertrags nur für Vorsatz und grobe Fahrlässigkeit. Der Auftraggeber \
     ist verpflichtet, Mängel unverzüglich schriftlich anzuzeigen; unterbleibt dies, so ist der Anspruch auf \
     Gewährleistung ausgeschlossen. Die Vertragspartner können den Vertrag mit einer Frist von drei Monaten \
     kündigen. Die Kündigung ist nur schriftlich wirksam. Sollte eine Bestimmung unwirksam sein, so bleiben die \
     übrigen davon unberührt. Gerichtsstand für beide Parteien ist Kiel, soweit das Gesetz es zulässt.",
    "Conformément aux dispositions de l'article 4, le bailleur remet au locataire le local en bon état. Le locataire \
     ne peut céder le contrat sans le consentement écrit du bailleur. En cas de manquement de l'une des parties à \
     ses obligations, l'autre partie peut demander la résiliation du contrat et des dommages. Nonobstant la \
     présente clause, la responsabilité du bailleur est limitée au montant d'une année. Tout litige relève du \
     tribunal du lieu de l'immeuble, selon la loi en vigueur.",
    "El arrendador entrega al arrendatario el local en buen estado, conforme al artículo 3 del presente contrato. El \
     arrendatario no podrá ceder el contrato sin consentimiento escrito. En caso de incumplimiento de las \
     obligaciones de una de las partes, la otra podrá pedir la resolución del contrato y la indemnización de los \
     daños y perjuicios. La responsabilidad del arrendador se limita a la renta de un año. Los tribunales de \
     Cádiz tienen jurisdicción según la ley en vigor y las disposiciones de este apartado.",
    "Il locatore consegna al conduttore il locale in buono stato, ai sensi dell'articolo 3 del presente contratto. Il \
     conduttore non può cedere il contratto senza il consenso scritto del locatore. In caso di inadempimento degli \
     obblighi di una delle parti, l'altra può chiedere la risoluzione del contratto e il risarcimento dei danni. La \
     responsabilità del locatore è limitata al canone di un anno. Il foro competente è il tribunale di Bari, \
     secondo la legge in vigore e le disposizioni del predetto decreto.",
    "O locador entrega ao locatário o local em bom estado, nos termos do artigo 3 do presente contrato. O locatário \
     não pode ceder o contrato sem consentimento escrito. Em caso de incumprimento das obrigações de uma das \
     partes, a outra pode pedir a rescisão do contrato e a indemnização dos danos. A responsabilidade do locador \
     limita-se à renda de um ano. O tribunal de Faro tem jurisdição, segundo a lei em vigor e as disposições do \
     regulamento. Esta cláusula continua em vigor depois da rescisão.",
    "De verhuurder levert de huurder de ruimte in goede staat, overeenkomstig artikel 3 van deze overeenkomst. De \
     huurder mag de huurovereenkomst niet overdragen zonder schriftelijke toestemming. Bij een tekortkoming in de \
     nakoming van de verplichtingen van een van de partijen kan de andere partij ontbinding en schadevergoeding \
     vragen. De aansprakelijkheid van de verhuurder is beperkt tot de huur van een jaar. Geschillen worden \
     voorgelegd aan de rechtbank te Hoorn, krachtens de wettelijke bepalingen van deze verordening.",
];

/// A stretch of a paper, in each of the same languages.
const PAPERS: [&str; 7] = [
    "We propose a novel method for estimating pump wear and compare it with three baselines on a public dataset \
     [12]. Accuracy improved significantly over the baseline (p < 0.01), as Fig. 3 shows, and an ablation confirms \
     our hypothesis that the sampled spectra carry most of the signal. Measurements were repeated on 24 cells \
     (Weiss et al., 2010); the variance was estimated from the posterior. These experiments demonstrate that the \
     simulation parameters previously reported [3, 4] do not hold at high concentration.",
    "Untersucht wurde, ob die Temperatur der Probe die Messwerte beeinflusst. Die Stichprobe umfasste 48 Probanden; \
     die Kontrollgruppe erhielt keine Behandlung. Die Ergebnisse der Regressionsanalyse sind signifikant \
     (p < 0,05), wie Tabelle 2 zeigt. Die Standardabweichung der Messungen war gering, und die Korrelation mit der \
     Konzentration bestätigt unsere Hypothese [7]. Weitere Experimente und eine Simulation mit dem Modell von \
     Berger (vgl. Abbildung 4) stützen die Auswertung des Datensatzes.",
    "L'échantillon comprend 48 participants suivis pendant deux ans. Les résultats montrent une corrélation \
     significative entre la concentration mesurée et l'âge (p < 0,05), comme l'indique le tableau 2. L'analyse de \
     régression confirme notre hypothèse [7], et la variance observée reste faible. Une simulation fondée sur le \
     modèle de Berger donne des coefficients proches de ceux de l'étude expérimentale ; la figure 4 compare les \
     mesures de la cohorte à celles de la simulation.",
    "La muestra incluye 48 participantes seguidos durante dos años. Los resultados muestran una correlación \
     significativa entre la concentración medida y la edad (p < 0,05), como indica la tabla 2. El análisis de \
     regresión confirma nuestra hipótesis [7] y la varianza observada es baja. Una simulación basada en el modelo \
     de Berger da coeficientes parecidos a los del estudio experimental; la figura 4 compara las mediciones de la \
     cohorte con las de la simulación.",
    "Il campione comprende 48 partecipanti seguiti per due anni. I risultati mostrano una correlazione significativa \
     tra la concentrazione misurata e l'età (p < 0,05), come indica la tabella 2. L'analisi di regressione conferma \
     le nostre ipotesi [7] e la varianza osservata è bassa. Una simulazione basata sul modello di Berger dà \
     coefficienti simili a quelli dello studio sperimentale; la figura 4 confronta le misurazioni della coorte \
     con quelle della simulazione.",
    "A amostra inclui 48 participantes seguidos durante dois anos. Os resultados mostram uma correlação significativa \
     entre a concentração medida e a idade (p < 0,05), como indica a tabela 2. A análise de regressão confirma a \
     nossa hipótese [7] e a variância observada é baixa. Uma simulação baseada no modelo de Berger dá coeficientes \
     parecidos com os do estudo experimental; a figura 4 compara as medições da coorte com as da simulação.",
    "De steekproef omvat 48 deelnemers die twee jaar zijn gevolgd. De resultaten tonen een significante correlatie \
     tussen de gemeten concentratie en de leeftijd (p < 0,05), zoals tabel 2 laat zien. De regressie bevestigt onze \
     hypothese [7] en de waargenomen variantie is klein. Een simulatie met het model van Berger geeft coëfficiënten \
     die lijken op die van het experimentele onderzoek; figuur 4 vergelijkt de metingen van het cohort met die \
     van de simulatie.",
];

#[test]
fn contracts_and_papers_are_told_in_every_language_with_a_list() {
    for text in CONTRACTS {
        assert_eq!(of(text), Some(Kind::Legal), "{text}");
    }
    for text in PAPERS {
        assert_eq!(of(text), Some(Kind::Scientific), "{text}");
    }
}

#[test]
fn other_running_text_is_of_neither_trade() {
    for text in [
        "The party went on until three in the morning, and nobody in the house shall ever forget it. Anna had made an \
         agreement with her brother that he would pay for the damages, but he had left for the north by then. In the \
         spring she wrote to him, at first kindly and then less so. He answered that the piano had been broken for \
         years, that she knew it, and that no court in the country would listen to her for longer than a minute.",
        "The pump station has been in service since 1987. It was built by the harbour office after the flood, and the \
         keeper has lived beside it ever since. In a table on the wall he notes the level of the water, every day at \
         six, and at the end of the year he sends the figures to the town. He says that the results are always the \
         same: too much in March, too little in August, and nobody who reads it.",
        "To install the program, download the archive and unpack it. Run the script, which asks for a folder, and add \
         that to your path. The first start takes a minute. Settings are in a file in your home folder; each has a \
         comment that says what it does. If something goes wrong, look at the log, and open an issue with the last \
         lines of it. Builds for other systems are made by volunteers and may be older than the release.",
    ] {
        assert_eq!(of(text), None, "{text}");
    }
    assert_eq!(of("The party shall pay."), None, "too short to tell");
}

#[test]
fn a_text_of_both_is_cut_where_its_trade_changes() {
    let plain = "The keeper lives beside the station and notes the level of the water on every day at six. ".repeat(10);
    let text = format!("# Story\n\n{plain}\n\n# Terms\n\n{}\n\n# More\n\n{plain}\n", CONTRACTS[0]);
    let blocks = refined(&text, blocks::cut(&text, Kind::Markdown), Some(Kind::Markdown));
    let kinds: Vec<Kind> = blocks.iter().map(|block| block.kind).collect();
    assert_eq!(kinds, [Kind::Markdown, Kind::Legal, Kind::Markdown]);
    assert!(text[blocks[1].range.clone()].starts_with("# Terms"));
    // Who says what it is, is believed.
    assert_eq!(refined(&text, blocks::cut(&text, Kind::Prose), Some(Kind::Prose)).len(), 1);
}
