//! The tables of a store, made known to the query engine.

use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};
use datafusion::datasource::MemTable;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl};
use datafusion::error::DataFusionError;
use datafusion::prelude::SessionContext;

use super::error::EngineError;
use crate::schema::{TABLES, Table};
use crate::store::Store;

/// Registers every canonical table, empty ones included, and the `_sliced` companions.
pub(super) async fn register(context: &SessionContext, store: &Store) -> Result<(), EngineError> {
    for table in TABLES {
        let dimensions = store.dimensions(table.name);
        let schema = table.arrow_schema(dimensions.iter().map(String::as_str));
        register_parts(context, table.name, schema, &store.parts(table.name))?;
        if table.has_dimensions {
            register_sliced(context, table, dimensions).await?;
        }
    }
    Ok(())
}

/// Registers Parquet files under a name; without files, an empty table.
pub(super) fn register_parts(
    context: &SessionContext,
    name: &str,
    schema: SchemaRef,
    parts: &[std::path::PathBuf],
) -> Result<(), EngineError> {
    context.deregister_table(name)?;
    if parts.is_empty() {
        context.register_table(name, Arc::new(MemTable::try_new(schema, vec![vec![]])?))?;
        return Ok(());
    }
    let urls = parts
        .iter()
        .map(|part| ListingTableUrl::parse(part.to_string_lossy()))
        .collect::<Result<Vec<_>, DataFusionError>>()?;
    let options = ListingOptions::new(Arc::new(ParquetFormat::default()));
    let config = ListingTableConfig::new_with_multi_paths(urls)
        .with_listing_options(options)
        .with_schema(Arc::new(Schema::new(schema.fields().clone())));
    context.register_table(name, Arc::new(ListingTable::try_new(config)?))?;
    Ok(())
}

/// Registers `<table>_sliced`: the table with its free dimensions as one JSON object.
pub(super) async fn register_sliced(
    context: &SessionContext,
    table: &Table,
    dimensions: &[String],
) -> Result<(), EngineError> {
    let pairs: Vec<String> = dimensions.iter().map(|name| format!("{}, {}", literal(name), identifier(name))).collect();
    let sql = format!("SELECT *, slice_json({}) AS dimensions FROM {}", pairs.join(", "), table.name);
    let view = context.sql(&sql).await?.into_view();
    let name = format!("{}_sliced", table.name);
    context.deregister_table(name.as_str())?;
    context.register_table(name.as_str(), view)?;
    Ok(())
}

/// A name as an SQL identifier, whatever it holds.
pub(super) fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text as an SQL literal, whatever it holds.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
