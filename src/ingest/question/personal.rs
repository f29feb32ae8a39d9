//! Columns of a survey that hold the person and not an opinion.

use crate::ingest::source::fold;

/// What a column of a survey is when it is not a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Personal {
    /// Identifier of the customer, by which other tables are joined.
    CustomerKey,
    /// Name of the respondent.
    Name,
    /// E-mail, telephone or network address.
    Contact,
}

/// Words of a header that asks for the number of a customer.
const CUSTOMER: &[&str] = &[
    "numero client",
    "numero de client",
    "customer id",
    "customer number",
    "customer key",
    "client id",
    "identifiant client",
    "account number",
    "account id",
    "numero de compte",
    "numero d abonne",
    "numero abonne",
    "identifiant abonne",
    "subscriber id",
    "subscriber number",
    "user id",
    "member id",
    "contract number",
    "numero de contrat",
    "n° client",
];

/// Words of a header that asks for an address, however long it is.
const ADDRESS: &[&str] = &[
    "e-mail address",
    "email address",
    "your e-mail",
    "your email",
    "adresse e-mail",
    "adresse email",
    "adresse mail",
    "adresse electronique",
    "votre e-mail",
    "votre email",
    "votre mail",
    "votre courriel",
    "adresse ip",
    "ip address",
    "phone number",
    "your phone",
    "numero de telephone",
    "votre telephone",
    "votre numero",
];

/// The same in a short header; in a sentence they are about a means (watched by telephone, told
/// by e-mail).
const ADDRESS_ALONE: &[&str] = &["e-mail", "email", "courriel", "telephone", "mail", "phone", "tel"];

const NAMES: &[&str] = &[
    "first name",
    "last name",
    "firstname",
    "lastname",
    "full name",
    "your name",
    "what is your name",
    "name",
    "surname",
    "prenom",
    "nom",
    "nom de famille",
    "votre nom",
    "votre prenom",
    "quel est votre nom",
    "nom et prenom",
    "prenom et nom",
    "vos nom et prenom",
    "recipient last name",
    "recipient first name",
    "recipientlastname",
    "recipientfirstname",
];

/// What a column is when its header asks for the person and not for an opinion.
pub fn personal(header: &str) -> Option<Personal> {
    let folded = fold(&header.replace(['_', '\'', '\u{2019}'], " "));
    let asked = folded.trim_end_matches([' ', '?', ':', '*', '.']);
    let is = |names: &[&str]| names.contains(&asked);
    let has = |words: &[&str]| words.iter().any(|word| folded.contains(word));
    let is_custom = folded.starts_with("custom data") || folded.starts_with("donnees personnalisees");
    if has(CUSTOMER) || is_custom || is(&["customdata", "customer", "client", "userid", "uid", "externalreference"]) {
        return Some(Personal::CustomerKey);
    }
    let words = asked.split(' ').count();
    let is_about_means = folded.contains('?') || words > 3;
    let is_alone = !is_about_means && asked.split(' ').any(|word| ADDRESS_ALONE.contains(&word));
    let is_field = is(&["username", "ip", "address", "adresse", "nom d utilisateur", "ipaddress", "emailaddress"]);
    if has(ADDRESS) || is_alone || is_field || is(ADDRESS_ALONE) {
        return Some(Personal::Contact);
    }
    is(NAMES).then_some(Personal::Name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_columns_are_no_questions() {
        for (header, what) in [
            ("Adresse e-mail", Personal::Contact),
            ("Nom d'utilisateur", Personal::Contact),
            ("T\u{e9}l\u{e9}phone", Personal::Contact),
            ("E-mail ?", Personal::Contact),
            ("What is your phone number so that we can call you back?", Personal::Contact),
            ("customer_id", Personal::CustomerKey),
            ("user_id", Personal::CustomerKey),
            ("Custom Data 2", Personal::CustomerKey),
            ("Votre num\u{e9}ro client", Personal::CustomerKey),
            ("Num\u{e9}ro d'abonn\u{e9}", Personal::CustomerKey),
            ("First Name", Personal::Name),
            ("Quel est votre nom ?", Personal::Name),
        ] {
            assert_eq!(personal(header), Some(what), "{header}");
        }
    }

    #[test]
    fn questions_about_a_means_are_questions() {
        for header in [
            "What would you name the channel?",
            "Avez-vous \u{e9}t\u{e9} pr\u{e9}venu par e-mail ?",
            "Regardiez-vous sur t\u{e9}l\u{e9}phone, tablette ou TV ?",
            "How satisfied were you with our email updates?",
        ] {
            assert_eq!(personal(header), None, "{header}");
        }
    }
}
