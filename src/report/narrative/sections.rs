//! The sections that people write, their headings and the questions that help to fill them.
//!
//! The questions are those of a facilitator who wants to learn: how things looked to those who were there, not who was to
//! blame. They stand in comments of the skeleton and never reach a document.

use crate::report::locale::Language;

/// A section of a document that people write.
#[derive(Debug)]
pub struct Section {
    /// Key in the templates.
    pub id: &'static str,
    /// Heading, in English and in French.
    titles: [&'static str; 2],
    /// Questions, in English and in French.
    questions: [&'static [&'static str]; 2],
}

impl Section {
    /// The heading in a language.
    pub fn title(&self, language: Language) -> &'static str {
        self.titles[position(language)]
    }

    /// Questions in a language.
    pub fn questions(&self, language: Language) -> &'static [&'static str] {
        self.questions[position(language)]
    }

    /// Whether a heading is that of this section, in either language; compared without case.
    pub fn is_headed(&self, heading: &str) -> bool {
        let wanted = heading.to_lowercase().replace('\u{2019}', "'");
        wanted == self.id || self.titles.iter().any(|title| wanted == title.to_lowercase())
    }
}

fn position(language: Language) -> usize {
    match language {
        Language::English => 0,
        Language::French => 1,
    }
}

/// All sections, in the order of the skeleton.
pub const SECTIONS: &[Section] = &[
    Section {
        id: "summary",
        titles: ["Summary", "Résumé"],
        questions: [
            &["In three to five sentences for someone who was not there: what happened, to whom, why, and is it over?"],
            &[
                "En trois à cinq phrases, pour qui n’y était pas\u{a0}: que s’est-il passé, pour qui, pourquoi, et est-ce fini\u{202f}?",
            ],
        ],
    },
    Section {
        id: "impact",
        titles: ["Impact", "Conséquences"],
        questions: [
            &[
                "What could people not do, and what did that mean to them on that day?",
                "What do the figures not show: partners, events, promises, people who gave up silently?",
            ],
            &[
                "Qu’est-ce que les clients ne pouvaient plus faire, et qu’est-ce que cela changeait pour eux ce jour-là\u{202f}?",
                "Que ne montrent pas les chiffres\u{a0}: partenaires, événements, engagements, clients qui ont renoncé sans rien dire\u{202f}?",
            ],
        ],
    },
    Section {
        id: "detection",
        titles: ["Detection", "Détection"],
        questions: [
            &[
                "Who or what noticed first, and what did they see?",
                "Which signal was there earlier, and why did nobody look at it?",
                "What would have halved the time to notice?",
            ],
            &[
                "Qui ou quoi a vu le problème en premier, et sous quelle forme\u{202f}?",
                "Quel signal existait déjà avant, et pourquoi personne ne le regardait\u{202f}?",
                "Qu’est-ce qui aurait réduit ce délai de moitié\u{202f}?",
            ],
        ],
    },
    Section {
        id: "timeline",
        titles: ["Timeline", "Chronologie"],
        questions: [
            &[
                "What did each role know at each decision, and why did the decision make sense then?",
                "Which lead was followed in vain, and what made it look right?",
                "What surprised you?",
            ],
            &[
                "À chaque décision, que savait chaque rôle, et pourquoi la décision se comprenait-elle\u{202f}?",
                "Quelle piste a été suivie en vain, et qu’est-ce qui la rendait crédible\u{202f}?",
                "Qu’est-ce qui vous a surpris\u{202f}?",
            ],
        ],
    },
    Section {
        id: "where",
        titles: ["Where it failed", "Où la panne a frappé"],
        questions: [
            &["What do the slices that were hit have in common, and what do those that were spared?"],
            &["Qu’ont en commun les segments touchés, et ceux qui ont été épargnés\u{202f}?"],
        ],
    },
    Section {
        id: "causes",
        titles: ["Contributing factors", "Facteurs contributifs"],
        questions: [
            &[
                "Which conditions had to come together? Name systems, rules and pressures, not persons.",
                "What made the trigger possible, what let it spread, what hid it?",
                "What did everyone believe that was not so?",
            ],
            &[
                "Quelles conditions ont dû se réunir\u{202f}? Nommez des systèmes, des règles et des contraintes, pas des personnes.",
                "Qu’est-ce qui a rendu le déclenchement possible, permis l’extension, masqué le problème\u{202f}?",
                "Que croyait-on à tort\u{202f}?",
            ],
        ],
    },
    Section {
        id: "limits",
        titles: ["What limited the impact", "Ce qui a limité la panne"],
        questions: [
            &["Which safeguard, design or habit kept it from being worse?"],
            &["Quelle protection, quel choix technique ou quelle habitude a évité le pire\u{202f}?"],
        ],
    },
    Section {
        id: "response",
        titles: ["Response and communication", "Réaction et communication"],
        questions: [
            &[
                "Which roles took part, who led, and how did they share what they knew?",
                "What was hard: access, tools, knowledge, waiting for someone?",
                "What was the public told, was it true at that moment, and what did we wait to say?",
            ],
            &[
                "Quels rôles ont été engagés, qui coordonnait, et comment l’information circulait-elle\u{202f}?",
                "Qu’est-ce qui a été difficile\u{a0}: accès, outils, connaissances, attente d’une personne\u{202f}?",
                "Qu’a-t-on dit au public, était-ce vrai à ce moment, et qu’a-t-on tardé à dire\u{202f}?",
            ],
        ],
    },
    Section {
        id: "customers",
        titles: ["Customers", "Clients"],
        questions: [
            &[
                "What did the support teams hear, and which question could they not answer?",
                "What did customers do to help themselves?",
            ],
            &[
                "Qu’a entendu l’assistance, et à quelle question ne pouvait-elle pas répondre\u{202f}?",
                "Qu’ont fait les clients pour se débrouiller\u{202f}?",
            ],
        ],
    },
    Section {
        id: "resolution",
        titles: ["Resolution", "Rétablissement"],
        questions: [
            &[
                "What ended the impact, and how do we know that it did?",
                "What was tried before, and what did it change?",
            ],
            &[
                "Qu’est-ce qui a mis fin à la panne, et comment le sait-on\u{202f}?",
                "Qu’avait-on essayé avant, et avec quel effet\u{202f}?",
            ],
        ],
    },
    Section {
        id: "went-well",
        titles: ["What went well", "Ce qui a bien marché"],
        questions: [
            &["What should we do again, and would it work without the people who happened to be there?"],
            &["Que faudra-t-il refaire, et cela marcherait-il sans les personnes présentes ce jour-là\u{202f}?"],
        ],
    },
    Section {
        id: "went-wrong",
        titles: ["What went wrong", "Ce qui a mal marché"],
        questions: [
            &["What cost time or made it worse, and what made that the natural thing to do?"],
            &["Qu’est-ce qui a coûté du temps ou aggravé la panne, et pourquoi était-ce naturel d’agir ainsi\u{202f}?"],
        ],
    },
    Section {
        id: "lucky",
        titles: ["Where we got lucky", "Où nous avons eu de la chance"],
        questions: [
            &["What would have made it worse: another hour, another day, another person on call?"],
            &[
                "Qu’est-ce qui aurait aggravé la panne\u{a0}: une autre heure, un autre jour, une autre personne d’astreinte\u{202f}?",
            ],
        ],
    },
    Section {
        id: "actions",
        titles: ["Corrective actions", "Mesures correctives"],
        questions: [
            &[
                "Which factor does each action remove or weaken, who owns it, and how will we see that it worked?",
                "What was considered and left, and why?",
            ],
            &[
                "Quel facteur chaque mesure supprime-t-elle ou réduit-elle, qui en est responsable, et comment verra-t-on qu’elle agit\u{202f}?",
                "Qu’a-t-on envisagé sans le retenir, et pourquoi\u{202f}?",
            ],
        ],
    },
    Section {
        id: "open-questions",
        titles: ["Open questions", "Questions ouvertes"],
        questions: [
            &["What do we still not know, who could find out, and would the answer change an action?"],
            &[
                "Que ne sait-on toujours pas, qui pourrait le découvrir, et la réponse changerait-elle une mesure\u{202f}?",
            ],
        ],
    },
    Section {
        id: "related",
        titles: ["Related incidents", "Incidents apparentés"],
        questions: [
            &["When did something like this happen before, and what became of what we decided then?"],
            &["Quand cela s’est-il déjà produit, et que sont devenues les décisions d’alors\u{202f}?"],
        ],
    },
];
