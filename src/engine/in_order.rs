//! The parts of a `UNION ALL` one after the other, as the statement writes them.
//!
//! In: a physical plan. Out: the same plan with one partition where the engine makes one of every part of a union, which
//! it reads side by side and puts together as they arrive: another order of rows, and another last digit of a sum, from
//! run to run. The later parts wait for the earlier ones; nothing is held back in memory.

use std::fmt;
use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult as _, TreeNode as _, TreeNodeRecursion};
use datafusion::common::{Result, internal_err};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::union::UnionExec;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties as _, Partitioning, PlanProperties,
    ReplaceChildrenOptions,
};
use futures::{TryStreamExt as _, stream};

/// Puts an [`InOrderExec`] above every union.
#[derive(Debug)]
pub(super) struct UnionsInOrder;

impl PhysicalOptimizerRule for UnionsInOrder {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _config: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|node| {
            Ok(if node.is::<UnionExec>() {
                Transformed::yes(Arc::new(InOrderExec::new(node)) as Arc<dyn ExecutionPlan>)
            } else {
                Transformed::no(node)
            })
        })
        .data()
    }

    fn name(&self) -> &'static str {
        "unions_in_order"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// The partitions of its input as one, in their order.
#[derive(Debug)]
struct InOrderExec {
    input: Arc<dyn ExecutionPlan>,
    properties: Arc<PlanProperties>,
}

impl InOrderExec {
    fn new(input: Arc<dyn ExecutionPlan>) -> Self {
        // A part may be sorted; all of them in turn are not.
        let mut equivalences = input.equivalence_properties().clone();
        equivalences.clear_orderings();
        equivalences.clear_per_partition_constants();
        let properties = PlanProperties::new(
            equivalences,
            Partitioning::UnknownPartitioning(1),
            input.pipeline_behavior(),
            input.boundedness(),
        );
        Self { input, properties: Arc::new(properties) }
    }
}

impl DisplayAs for InOrderExec {
    fn fmt_as(&self, _format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl ExecutionPlan for InOrderExec {
    fn name(&self) -> &'static str {
        "InOrderExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn apply_expressions(
        &self,
        _visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
        _options: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        match (children.pop(), children.is_empty()) {
            (Some(input), true) => Ok(Arc::new(Self::new(input))),
            _ => internal_err!("InOrderExec has one child"),
        }
    }

    // Asked for by the trait until the engine drops it.
    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        use datafusion::physical_plan::ChildrenPropertiesMode::Recompute;
        self.replace_children(children, ReplaceChildrenOptions::new(Recompute))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        if partition != 0 {
            return internal_err!("InOrderExec has no partition {partition}");
        }
        let input = Arc::clone(&self.input);
        let parts = 0..input.output_partitioning().partition_count();
        let streams = stream::iter(parts.map(move |part| input.execute(part, Arc::clone(&context))));
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema(), streams.try_flatten())))
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{AsArray as _, RecordBatch};
    use arrow::datatypes::Int64Type;
    use datafusion::physical_plan::displayable;

    const PARTS: &str = "SELECT i FROM (SELECT unnest(range(0, 40000)) AS i) UNION ALL SELECT -1 UNION ALL SELECT -2";

    fn values(batches: &[RecordBatch]) -> Vec<i64> {
        batches.iter().flat_map(|batch| batch.column(0).as_primitive::<Int64Type>().values().to_vec()).collect()
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn parts_come_as_the_statement_writes_them() {
        let context = super::super::context().unwrap();
        let expected: Vec<i64> = (0..40_000).chain([-1, -2]).collect();
        for _ in 0..20 {
            let batches = context.sql(PARTS).await.unwrap().collect().await.unwrap();
            assert!(values(&batches) == expected);
        }
    }

    #[tokio::test]
    async fn nothing_below_an_aggregate_or_a_sort_runs_side_by_side() {
        let context = super::super::context().unwrap();
        for sql in [format!("SELECT sum(i) FROM ({PARTS})"), format!("SELECT i FROM ({PARTS}) ORDER BY i % 2")] {
            let plan = context.sql(&sql).await.unwrap().create_physical_plan().await.unwrap();
            let plan = displayable(plan.as_ref()).indent(false).to_string();
            assert!(plan.contains("InOrderExec"), "{plan}");
            assert!(!plan.contains("CoalescePartitions") && !plan.contains("SortPreservingMerge"), "{plan}");
        }
    }

    #[tokio::test]
    async fn an_empty_part_and_a_limit_are_no_trouble() {
        let context = super::super::context().unwrap();
        let sql = format!("SELECT i FROM (SELECT 5 AS i WHERE false UNION ALL {PARTS}) LIMIT 2");
        assert_eq!(values(&context.sql(&sql).await.unwrap().collect().await.unwrap()), [0, 1]);
    }
}
