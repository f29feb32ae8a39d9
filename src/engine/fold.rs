//! Metric series that count attempts and failures, folded into `sli_counts`.
//!
//! Some tools export attempts, failures and viewers as three metrics with the same tags. When no
//! input feeds `sli_counts` directly, series whose names differ only in such an ending are joined
//! by time and dimensions. A name is taken when it has both attempts and failures.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatch, new_null_array};
use arrow::compute::cast;
use arrow::datatypes::Int64Type;
use datafusion::datasource::MemTable;
use datafusion::prelude::SessionContext;
use regex::Regex;

use super::error::EngineError;
use super::tables;
use crate::schema::{metric_samples, sli_counts};
use crate::store::Store;

/// Endings of names, as regular expressions.
const TOTAL: &str = "(attempts|requests)$";
const BAD: &str = "(failures|errors)$";
const VIEWERS: &str = "(viewers|sessions)$";

/// Fills `sli_counts` from `metric_samples` when it has no rows of its own. Whether it did.
pub(super) async fn counts_from_metrics(context: &SessionContext, store: &Store) -> Result<bool, EngineError> {
    let manifest = store.manifest();
    if manifest.rows("sli_counts") > 0 || manifest.rows(metric_samples::TABLE.name) == 0 {
        return Ok(false);
    }
    let dimensions: Vec<&String> = store.dimensions(metric_samples::TABLE.name).iter().collect();
    if dimensions.is_empty() {
        return Ok(false);
    }
    let batches = context.sql(&statement(&dimensions)).await?.collect().await?;
    let rows: Vec<RecordBatch> =
        batches.iter().filter(|batch| batch.num_rows() > 0).map(conform).collect::<Result<_, _>>()?;
    if rows.is_empty() {
        return Ok(false);
    }
    let schema = rows[0].schema();
    context.deregister_table(sli_counts::TABLE.name)?;
    context.register_table(sli_counts::TABLE.name, Arc::new(MemTable::try_new(schema, vec![rows])?))?;
    let names: Vec<String> = dimensions.into_iter().cloned().collect();
    tables::register_sliced(context, &sli_counts::TABLE, &names).await?;
    Ok(true)
}

/// Whether series of these names would be folded into `sli_counts`, if their tags agree.
pub fn has_counts<'a>(metrics: impl Iterator<Item = &'a str>) -> bool {
    let pattern = |text: &str| Regex::new(text).expect("the endings are valid patterns");
    let (total, bad) = (pattern(TOTAL), pattern(BAD));
    let (mut totals, mut bads) = (BTreeSet::new(), BTreeSet::new());
    for metric in metrics {
        if total.is_match(metric) {
            totals.insert(total.replace(metric, "").into_owned());
        } else if bad.is_match(metric) {
            bads.insert(bad.replace(metric, "").into_owned());
        }
    }
    !totals.is_disjoint(&bads)
}

fn statement(dimensions: &[&String]) -> String {
    let columns: Vec<String> = dimensions.iter().map(|name| tables::identifier(name)).collect();
    let columns = columns.join(", ");
    format!(
        "WITH named AS (
            SELECT time, entity, {columns}, value,
                CASE WHEN regexp_like(metric, '{TOTAL}') THEN 'total'
                    WHEN regexp_like(metric, '{BAD}') THEN 'bad' ELSE 'viewers' END AS part,
                regexp_replace(regexp_replace(regexp_replace(metric, '{TOTAL}', ''), '{BAD}', ''), '{VIEWERS}', '') AS base
            FROM metric_samples
            WHERE regexp_like(metric, '{TOTAL}') OR regexp_like(metric, '{BAD}') OR regexp_like(metric, '{VIEWERS}')
        ),
        whole AS (
            SELECT base FROM named GROUP BY base
            HAVING bool_or(part = 'total') AND bool_or(part = 'bad')
        ),
        folded AS (
            SELECT time, {columns},
                sum(CASE WHEN part = 'total' THEN value END) AS total,
                sum(CASE WHEN part = 'bad' THEN value END) AS bad,
                sum(CASE WHEN part = 'viewers' THEN value END) AS viewers
            FROM named WHERE base IN (SELECT base FROM whole)
            GROUP BY time, {columns}
        )
        SELECT time, total, coalesce(bad, 0) AS bad, viewers, {columns}
        FROM folded WHERE total IS NOT NULL AND total >= coalesce(bad, 0)
        ORDER BY time, {columns}"
    )
}

/// Brings a folded batch into the form of the table: fixed columns first, whole numbers.
fn conform(batch: &RecordBatch) -> Result<RecordBatch, EngineError> {
    let table = &sli_counts::TABLE;
    let named = |name: &str| batch.column_by_name(name).map(Arc::clone);
    let rows = batch.num_rows();
    let mut columns: Vec<ArrayRef> = Vec::new();
    for column in table.columns {
        let kind = column.kind.arrow();
        let array = named(column.name).unwrap_or_else(|| new_null_array(&kind, rows));
        columns.push(
            cast(&array, &kind).map_err(|error| EngineError::from(datafusion::error::DataFusionError::from(error)))?,
        );
    }
    debug_assert!(columns[sli_counts::TOTAL.index()].as_primitive_opt::<Int64Type>().is_some());
    let schema = batch.schema();
    let free: Vec<&str> =
        schema.fields().iter().map(|field| field.name().as_str()).filter(|name| table.column(name).is_none()).collect();
    columns.extend(free.iter().filter_map(|name| named(name)));
    RecordBatch::try_new(table.arrow_schema(free), columns)
        .map_err(|error| datafusion::error::DataFusionError::from(error).into())
}
