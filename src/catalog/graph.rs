//! The order in which queries run: each after those whose results it reads.

use std::collections::BTreeMap;

use super::error::CatalogError;

/// Orders names so that each comes after what it needs; names that are equal in this respect
/// come in alphabetical order.
pub fn order(needs: &BTreeMap<String, Vec<String>>) -> Result<Vec<String>, CatalogError> {
    let mut done = Vec::with_capacity(needs.len());
    let mut path = Vec::new();
    for name in needs.keys() {
        visit(name, needs, &mut path, &mut done)?;
    }
    Ok(done)
}

fn visit(
    name: &str,
    needs: &BTreeMap<String, Vec<String>>,
    path: &mut Vec<String>,
    done: &mut Vec<String>,
) -> Result<(), CatalogError> {
    if done.iter().any(|known| known == name) {
        return Ok(());
    }
    if let Some(start) = path.iter().position(|known| known == name) {
        let mut names = path[start..].to_vec();
        names.push(name.to_owned());
        return Err(CatalogError::Cycle { names });
    }
    path.push(name.to_owned());
    for needed in needs.get(name).into_iter().flatten() {
        visit(needed, needs, path, done)?;
    }
    path.pop();
    done.push(name.to_owned());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needs(pairs: &[(&str, &[&str])]) -> BTreeMap<String, Vec<String>> {
        pairs
            .iter()
            .map(|(name, needed)| ((*name).to_owned(), needed.iter().map(|n| (*n).to_owned()).collect()))
            .collect()
    }

    #[test]
    fn what_is_needed_comes_first() {
        let order = order(&needs(&[("a", &["c"]), ("b", &[]), ("c", &["b"])])).expect("an order");
        assert_eq!(order, ["b", "c", "a"]);
    }

    #[test]
    fn a_cycle_is_named() {
        let error = order(&needs(&[("a", &["b"]), ("b", &["a"])])).expect_err("an error");
        assert!(error.to_string().contains("a -> b -> a"), "{error}");
    }
}
