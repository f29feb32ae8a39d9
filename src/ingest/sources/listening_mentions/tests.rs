use super::*;
use crate::ingest::sources::testing::{read, read_in, reasons, rows_of, sample};

#[test]
fn a_french_list_becomes_complaints_with_hidden_authors() {
    let text = "Date de publication;Heure;Réseau;Auteur;Nom affiché;Contenu;Tonalité;Lien;Langue;Pays;Nombre d'abonnés;Campagne;E-mail\n\
        22/11/2026;21h05;Twitter;@viewer_a1;Ada Morvane;Écran noir;négatif;https://x.example/viewer_a1/1;fr;France;1 200;Direct;a@mail.example\n\
        22/11/2026;21:31;Forum;viewer_b2;;RT @viewer_a1: Écran noir;neutre;https://forum.example/2;français;;3;;\n\
        demain;;Forum;;;x;;;;;;;\n";
    let paris = jiff::tz::TimeZone::get("Europe/Paris").unwrap();
    let piece = read_in(&ListeningMentions, "veille.csv", text, &paris);
    let rows = rows_of(&piece, "complaints");
    assert!(rows[0].starts_with("time=2026-11-22T20:05:00Z channel=x author_key="), "{}", rows[0]);
    assert!(
        rows[0].ends_with("body=Écran noir language=fr sentiment=negative campagne=Direct country=France"),
        "{}",
        rows[0]
    );
    assert!(rows[1].contains("language=fr sentiment=neutral") && rows[1].contains("is_repost=true"), "{}", rows[1]);
    let all = rows.join("\n");
    assert!(!all.contains("viewer_b2") && !all.contains("Ada") && !all.contains("example"), "{all}");
    assert_eq!(reasons(&piece), ["expected a time, found `demain`"]);
    assert!(piece.people.contains(&"Ada Morvane".to_owned()));
}

#[test]
fn an_english_list_in_any_order_and_without_most_columns_is_read() {
    let text =
        "Sentiment,Message,Posted,Author Name,Platform,ID\n-1,No picture,2026-11-22T20:05:00Z,viewer_a1,Facebook,7\n";
    let rows = rows_of(&read(&ListeningMentions, "export.csv", text), "complaints");
    assert!(
        rows[0].starts_with("time=2026-11-22T20:05:00Z complaint_id=7 channel=facebook author_key="),
        "{}",
        rows[0]
    );
    assert!(rows[0].ends_with("body=No picture sentiment=negative"), "{}", rows[0]);
}

#[test]
fn json_of_any_envelope_is_read() {
    let mention = r#"{"id":7,"published_at":"2026-11-22T20:05:00Z","content":"R&amp;D","author":{"name":"Ada Morvane","username":"viewer_a1"},"sentiment":"positif","permalink":"https://a.example","is_retweet":true,"account_type":"bot"}"#;
    let row = "time=2026-11-22T20:05:00Z complaint_id=7 channel=web";
    for text in [format!("{mention}\n{mention}\n"), format!("[{mention}]"), format!(r#"{{"items":[{mention}]}}"#)] {
        let piece = read(&ListeningMentions, "export.json", &text);
        let found = rows_of(&piece, "complaints").remove(0);
        assert!(found.starts_with(row) && found.contains("is_bot=true is_repost=true"), "{found}");
        assert!(piece.people.contains(&"viewer_a1".to_owned()));
    }
}

#[test]
fn other_tables_are_left_alone() {
    for header in [
        "time,channel,status,body,url",
        "Date,Auteur,Message,Lien",
        "date,author,message,url,commit",
        "time,author,message,source",
        "timestamp,level,service,region,message,source",
        "Horodateur,Plateforme,Commentaire,Région",
        "time,complaint_id,channel,author_key,body,sentiment,score",
        "Date,Heure,Chaîne,Problème,Appareil,Commentaire",
        "created_at,user,comment,platform",
    ] {
        let sample = sample("a.csv", &format!("{header}\n1,2,3,4,5,6\n1,2,3,4,5,6\n"));
        assert_eq!(ListeningMentions.recognise(&sample), None, "{header}");
    }
}
