//! Which column of a file is which column of a table, by name.
//!
//! Names are compared without case, accents, `_` and `-`. The canonical name always counts; the
//! other English and French names below count where nothing more certain was recognised.

use crate::ingest::source::fold;
use crate::schema::{Col, Column, Table};

/// Other names of canonical columns. A name may stand for columns of several tables; within one
/// table the first column of the table that asks for it gets it.
const SYNONYMS: &[(&str, &[&str])] = &[
    (
        "time",
        &[
            "timestamp",
            "@timestamp",
            "date time",
            "datetime",
            "date",
            "time (utc)",
            "ts",
            "minute",
            "horodatage",
            "date et heure",
            "date heure",
            "heure",
            "instant",
            "created at",
            "date de creation",
        ],
    ),
    (
        "total",
        &[
            "attempts",
            "start attempts",
            "starts",
            "plays",
            "requests",
            "tentatives",
            "demarrages",
            "lectures",
            "requetes",
            "essais",
        ],
    ),
    ("bad", &["failures", "failed", "failed starts", "errors", "echecs", "erreurs", "tentatives en echec", "ko"]),
    ("expected_bad", &["expected failures", "expected errors", "echecs attendus", "erreurs attendues"]),
    (
        "viewers",
        &["concurrent viewers", "sessions", "audience", "spectateurs", "telespectateurs", "spectateurs presents"],
    ),
    ("error_kind", &["error", "error type", "main error", "type d'erreur", "erreur principale"]),
    ("entity", &["service", "service name", "component", "host", "application", "composant", "equipement", "hote"]),
    ("metric", &["metric name", "metrique", "nom de la metrique", "indicateur"]),
    ("statistic", &["stat", "aggregation", "statistique", "agregation"]),
    ("value", &["valeur"]),
    ("unit", &["unite"]),
    ("service_name", &["service", "application", "app"]),
    ("host", &["hostname", "hote", "machine", "serveur"]),
    ("severity_text", &["severity", "level", "log level", "niveau", "gravite"]),
    ("trace_id", &["traceid", "trace"]),
    ("source", &["caller", "from", "appelant"]),
    ("target", &["callee", "to", "appele", "destination", "cible"]),
    ("kind", &["type", "nature"]),
    ("summary", &["description", "title", "change", "resume", "titre", "objet", "changement"]),
    ("actor_role", &["role", "role de l'auteur"]),
    ("url", &["link", "lien"]),
    ("name", &["alert", "alert name", "rule", "alerte", "nom", "nom de l'alerte", "titre"]),
    ("severity", &["priority", "level", "severite", "gravite", "priorite", "niveau"]),
    ("acknowledged_at", &["acknowledged", "ack at", "acquitte le", "acquittee le", "prise en compte", "acquittement"]),
    ("resolved_at", &["resolved", "closed at", "end", "resolu le", "resolue le", "cloture", "fin"]),
    ("milestone", &["jalon", "etape"]),
    ("origin", &["origine"]),
    ("body", &["message", "text", "content", "comment", "note", "msg", "texte", "contenu", "commentaire", "corps"]),
    ("channel", &["canal"]),
    ("status", &["state", "statut", "etat"]),
    ("promised_next_update_at", &["next update", "next update at", "prochain point", "prochain point a"]),
    ("promised_resolution_at", &["eta", "expected resolution", "retour prevu", "retablissement prevu"]),
    ("complaint_id", &["id", "ticket id", "ticket", "identifiant", "reference"]),
    ("author_key", &["author", "customer", "user", "requester", "customer id", "auteur", "client", "demandeur"]),
    ("language", &["lang", "langue"]),
    ("sentiment", &["tone", "polarity", "tonalite"]),
    ("theme", &["category", "topic", "categorie", "sujet", "probleme", "motif"]),
    ("first_reply_at", &["first reply", "first response", "premiere reponse", "premiere reponse le"]),
    ("solved_at", &["solved", "solved on", "resolu le", "clos le"]),
    ("respondent_key", &["respondent", "respondent id", "repondant", "identifiant du repondant"]),
    ("score", &["rating", "answer value", "note"]),
    ("scale_max", &["max score", "echelle", "note maximale"]),
    ("is_impacted", &["impacted", "affected", "impacte", "touche"]),
    ("offer", &["gesture", "offre", "geste"]),
    ("customer_key", &["customer", "customer id", "client", "identifiant client", "numero client"]),
    ("cost", &["amount", "cout", "montant"]),
    ("currency", &["devise"]),
    ("is_accepted", &["accepted", "accepte", "acceptee"]),
    ("action_id", &["id", "key", "ticket", "reference", "cle", "identifiant"]),
    ("title", &["summary", "action", "titre", "intitule"]),
    ("factor", &["root cause", "cause", "facteur"]),
    ("owner_role", &["owner", "owner role", "responsable", "pilote"]),
    ("due_on", &["due", "due date", "deadline", "echeance", "date limite"]),
    ("created_at", &["created", "cree le", "creee le"]),
    ("closed_at", &["closed", "done on", "clos le", "close le", "termine le"]),
];

/// A name for comparing, see the module.
pub(super) fn normalised(name: &str) -> String {
    fold(name).replace(['_', '-'], " ").replace('\u{2019}', "'")
}

/// For each fixed column of a table, the position of the column of the file that holds it;
/// `header` is [`normalised`].
pub(super) fn positions(table: &Table, header: &[String], with_synonyms: bool) -> Vec<Option<usize>> {
    let mut taken = vec![false; header.len()];
    let own = table.input_file().map(Col::index);
    // The path of the input is not read from it.
    let fixed = |(at, column): (usize, &Column)| {
        if own == Some(at) { None } else { claim(header, &mut taken, column.name) }
    };
    let mut found: Vec<Option<usize>> = table.columns.iter().enumerate().map(fixed).collect();
    if with_synonyms {
        for (column, at) in table.columns.iter().zip(&mut found).filter(|(_, at)| at.is_none()) {
            *at = others(column.name).iter().find_map(|name| claim(header, &mut taken, name));
        }
    }
    found
}

/// Other names that a canonical column goes by.
fn others(column: &str) -> &'static [&'static str] {
    SYNONYMS.iter().find(|(name, _)| *name == column).map_or(&[], |(_, others)| others)
}

fn claim(header: &[String], taken: &mut [bool], name: &str) -> Option<usize> {
    let at = header.iter().position(|cell| same(cell, name)).filter(|at| !taken[*at])?;
    taken[at] = true;
    Some(at)
}

/// Whether a normalised cell is a name, where the name may have `_` for a space.
fn same(cell: &str, name: &str) -> bool {
    let plain = |byte: u8| if matches!(byte, b'_' | b'-') { b' ' } else { byte };
    cell.len() == name.len() && cell.bytes().zip(name.bytes()).all(|(a, b)| plain(a) == plain(b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{TABLES, alerts, sli_counts};

    fn header(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| normalised(name)).collect()
    }

    #[test]
    fn finds_french_names_where_allowed() {
        let header = header(&["Horodatage", "Région", "Tentatives", "Échecs", "Spectateurs"]);
        assert!(positions(&sli_counts::TABLE, &header, false).iter().all(Option::is_none));
        let found = positions(&sli_counts::TABLE, &header, true);
        assert_eq!(found, [Some(0), Some(2), Some(3), None, Some(4), None]);
    }

    #[test]
    fn prefers_the_canonical_name() {
        let header = header(&["date", "Expected-Bad", "time", "total", "bad"]);
        assert_eq!(positions(&sli_counts::TABLE, &header, true)[..4], [Some(2), Some(3), Some(4), Some(1)]);
    }

    #[test]
    fn the_input_of_a_row_is_not_read_from_it() {
        let header = header(&["time", "name", "file"]);
        let found = positions(&alerts::TABLE, &header, true);
        assert_eq!((found[0], found[2], found.last()), (Some(0), Some(1), Some(&None)));
    }

    #[test]
    fn synonyms_belong_to_columns_that_exist() {
        for (name, others) in SYNONYMS {
            assert!(TABLES.iter().any(|table| table.column(name).is_some()), "{name}");
            assert!(others.iter().all(|other| *other == normalised(other)), "{name}");
        }
    }
}
