//! Traces in OTLP/JSON, as the file exporter of the OpenTelemetry Collector writes them: which
//! service calls which.
//!
//! <https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/>, <https://opentelemetry.io/docs/specs/semconv/general/trace/>
//!
//! ```json
//! {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"player-api"}}]},
//!  "scopeSpans":[{"spans":[{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","kind":3,
//!  "name":"GET /licence","attributes":[{"key":"peer.service","value":{"stringValue":"licence"}}]}]}]}]}
//! ```
//!
//! Out: `dependencies`. A record is a whole line (or document), since spans that belong together may
//! stand under several resources of it. A span whose parent is of another service makes an edge
//! between the two, as does a consumer that is linked to its producer. An outgoing span without such
//! a child names its callee itself: `peer.service`, else the name of the server, else that of the
//! database or message system. Addresses that are numbers name nothing.
//!
//! What cannot be seen: a parent in another line than its child, as when each service has a
//! collector of its own. There the callee is named by the address the caller used, of which the
//! first part is taken when it is that of a service inside a cluster (`cart.shop.svc.cluster.local`
//! is `cart`). Durations and failures of spans are not read. Metrics in the same file are read as by
//! `otlp_metrics`.

use std::collections::HashMap;
use std::net::IpAddr;

use serde_json::{Map, Value};

use crate::ingest::rows::Rows;
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::schema::dependencies;

use super::otlp_logs::attributes;
use super::otlp_metrics::OtlpMetrics;

/// Traces in OTLP/JSON.
#[derive(Debug)]
pub struct OtlpTraces;

impl Source for OtlpTraces {
    fn name(&self) -> &'static str {
        "otlp_traces"
    }

    fn about(&self) -> &'static str {
        "Traces of OpenTelemetry in OTLP/JSON, for which service calls which."
    }

    fn tables(&self) -> &'static [&'static str] {
        &["dependencies", "metric_samples"]
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        let has_spans = |value: &Value| resources(value).is_some();
        if sample.ndjson.iter().any(has_spans) {
            return Some(Layout::Ndjson);
        }
        match sample.json.as_ref()? {
            Value::Array(documents) if documents.iter().any(has_spans) => Some(Layout::Json { paths: &["[]"] }),
            document if has_spans(document) => Some(Layout::Json { paths: &[""] }),
            _ => None,
        }
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        Ok(Box::new(Reader { metrics: OtlpMetrics.reader(file)? }))
    }
}

struct Reader {
    metrics: Box<dyn RecordReader>,
}

impl RecordReader for Reader {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let document = record.json()?;
        let has_metrics = read_metrics(&*self.metrics, &document, out);
        if !read_spans(&document, out) && !has_metrics {
            return Err("expected a list in `resourceSpans`, found none".into());
        }
        Ok(())
    }
}

/// Hands the metrics of a document to their own reader; answers whether there are any.
pub(super) fn read_metrics(metrics: &dyn RecordReader, document: &Value, out: &mut Rows) -> bool {
    let Some(resources) = document["resourceMetrics"].as_array() else { return false };
    for resource in resources {
        let text = resource.to_string();
        if let Err(reason) = metrics.read(Record::Json { text: &text, path: "resourceMetrics[]" }, out) {
            out.reject(reason, &text);
        }
    }
    true
}

/// Adds the edges that the spans of a document show; answers whether it has a list of spans.
pub(super) fn read_spans(document: &Value, out: &mut Rows) -> bool {
    let Some(resources) = resources(document) else { return false };
    let spans = spans(resources, out);
    // A document may repeat a span; the first one stands for all.
    let mut known: HashMap<(&str, &str), usize> = HashMap::with_capacity(spans.len());
    for (at, span) in spans.iter().enumerate() {
        known.entry((&span.trace, &span.id)).or_insert(at);
    }
    let find = |trace: &Value, id: &Value| known.get(&(&*identifier(trace)?, &*identifier(id)?)).copied();
    let mut edges: Vec<Edge<'_>> = Vec::new();
    let mut is_answered = vec![false; spans.len()];
    for span in &spans {
        let links = span.value["links"].as_array().filter(|_| span.kind == Kind::Consumer);
        let links = links.into_iter().flatten().filter_map(|link| find(&link["traceId"], &link["spanId"]));
        let callers = find(&span.value["traceId"], &span.value["parentSpanId"]).into_iter().chain(links);
        for caller in callers {
            is_answered[caller] |= spans[caller].service != span.service;
            let kind = protocol(&spans[caller]).or(protocol(span)).unwrap_or_default();
            edges.push(Edge { source: &spans[caller].service, target: &span.service, kind });
        }
    }
    for (at, span) in spans.iter().enumerate() {
        let first = known.get(&(&*span.trace, &*span.id)).copied().unwrap_or(at);
        let kind = protocol(span).unwrap_or_default();
        match span.kind {
            Kind::Server | Kind::Consumer => {
                if let Some(source) = span.name("peer.service") {
                    edges.push(Edge { source, target: &span.service, kind });
                }
            }
            _ if is_answered[first] => {}
            Kind::Client | Kind::Producer => {
                if let Some(target) = span.callee() {
                    edges.push(Edge { source: &span.service, target, kind });
                }
            }
            Kind::Other => {
                if let Some(target) = span.name("peer.service") {
                    edges.push(Edge { source: &span.service, target, kind });
                }
            }
        }
    }
    write(edges, out);
    true
}

/// Adds the rows; a document repeats its edges with every request.
fn write(edges: Vec<Edge<'_>>, out: &mut Rows) {
    let mut seen: Vec<Edge<'_>> = Vec::new();
    for edge in edges.into_iter().filter(|edge| edge.source != edge.target) {
        if seen.contains(&edge) {
            continue;
        }
        out.row(&dependencies::TABLE)
            .text(dependencies::SOURCE, edge.source)
            .text(dependencies::TARGET, edge.target)
            .text(dependencies::KIND, edge.kind)
            .finish();
        seen.push(edge);
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Edge<'s> {
    source: &'s str,
    target: &'s str,
    kind: &'static str,
}

#[derive(Debug)]
struct Span<'v> {
    trace: String,
    id: String,
    service: String,
    kind: Kind,
    attributes: Map<String, Value>,
    value: &'v Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Server,
    Client,
    Producer,
    Consumer,
    Other,
}

impl Span<'_> {
    /// The text of an attribute, when it can be the name of a service.
    fn name(&self, attribute: &str) -> Option<&str> {
        let name = self.attributes.get(attribute)?.as_str()?.trim();
        (!name.is_empty() && !is_numeric_address(name)).then_some(name)
    }

    /// What an outgoing span says about the other side.
    fn callee(&self) -> Option<&str> {
        let address = ["server.address", "net.peer.name", "http.host", "net.sock.peer.name"];
        let system = ["db.system.name", "db.system", "messaging.system"];
        self.name("peer.service")
            .or_else(|| address.iter().find_map(|attribute| self.name(attribute)).map(service_of))
            .or_else(|| system.iter().find_map(|attribute| self.name(attribute)))
    }
}

/// The service that an address is of: without port, and the first part of a name inside a cluster.
fn service_of(address: &str) -> &str {
    let host = address.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    let host = host.map_or(address, |(host, _)| host).trim_end_matches('.');
    let is_inside = host.rsplit('.').next() == Some("svc") || host.contains(".svc.");
    if is_inside { host.split('.').next().unwrap_or(host) } else { host }
}

fn is_numeric_address(text: &str) -> bool {
    let text = text.trim_start_matches('[');
    let host = text.split(']').next().unwrap_or(text);
    host.parse::<IpAddr>().is_ok() || service_of(text).parse::<IpAddr>().is_ok()
}

/// The kind of a dependency, by the attributes of one of its spans.
fn protocol(span: &Span<'_>) -> Option<&'static str> {
    let has = |start: &str| span.attributes.keys().any(|name| name.starts_with(start));
    [("messaging.", "messaging"), ("db.", "database"), ("rpc.", "rpc"), ("http.", "http")]
        .into_iter()
        .find(|(start, _)| has(start))
        .map(|(_, kind)| kind)
}

/// The resources of a document with spans; Tempo writes `batches` or wraps them in `trace`.
fn resources(document: &Value) -> Option<&Vec<Value>> {
    let has_spans =
        |resource: &Value| resource["scopeSpans"].is_array() || resource["instrumentationLibrarySpans"].is_array();
    let list = document["resourceSpans"].as_array().or_else(|| document["trace"]["resourceSpans"].as_array());
    list.or_else(|| document["batches"].as_array().filter(|list| list.iter().any(has_spans)))
}

/// All spans of a document. What is no span, and resources without a name, are rejects.
fn spans<'v>(resources: &'v [Value], out: &mut Rows) -> Vec<Span<'v>> {
    let mut found = Vec::new();
    for resource in resources {
        let scopes = resource.get("scopeSpans").or(resource.get("instrumentationLibrarySpans"));
        let Some(scopes) = scopes.and_then(Value::as_array) else {
            out.reject("expected a list in `scopeSpans`, found none", &resource.to_string());
            continue;
        };
        let about = attributes(&resource["resource"]["attributes"]);
        let Some(service) = about.get("service.name").and_then(Value::as_str).filter(|name| !name.is_empty()) else {
            out.reject("expected `service.name` among the attributes of a resource, found none", &resource.to_string());
            continue;
        };
        for value in scopes.iter().filter_map(|scope| scope["spans"].as_array()).flatten() {
            let ids = identifier(&value["traceId"]).zip(identifier(&value["spanId"]));
            let Some((trace, id)) = ids else {
                out.reject("expected a span with `traceId` and `spanId`", &value.to_string());
                continue;
            };
            let kind = kind(&value["kind"]);
            let attributes = attributes(&value["attributes"]);
            found.push(Span { trace, id, service: service.to_owned(), kind, attributes, value });
        }
    }
    found
}

/// An id, of which the case of its letters says nothing.
fn identifier(value: &Value) -> Option<String> {
    let text = value.as_str()?;
    (!text.is_empty() && text.bytes().any(|byte| byte != b'0')).then(|| text.to_ascii_lowercase())
}

/// The kind as the number that OTLP/JSON has, or as the word that other writers have.
fn kind(value: &Value) -> Kind {
    match (value.as_u64(), value.as_str().unwrap_or_default().trim_start_matches("SPAN_KIND_")) {
        (Some(2), _) | (_, "SERVER") => Kind::Server,
        (Some(3), _) | (_, "CLIENT") => Kind::Client,
        (Some(4), _) | (_, "PRODUCER") => Kind::Producer,
        (Some(5), _) | (_, "CONSUMER") => Kind::Consumer,
        _ => Kind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of, sample};

    fn resource(service: &str, spans: &str) -> String {
        format!(
            r#"{{"resource":{{"attributes":[{{"key":"service.name","value":{{"stringValue":"{service}"}}}}]}},"scopeSpans":[{{"spans":[{spans}]}}]}}"#
        )
    }

    fn span(id: &str, parent: &str, kind: &str, attributes: &[(&str, &str)]) -> String {
        let attributes: Vec<String> = attributes
            .iter()
            .map(|(key, value)| format!(r#"{{"key":"{key}","value":{{"stringValue":"{value}"}}}}"#))
            .collect();
        format!(
            r#"{{"traceId":"5B8E","spanId":"{id}","parentSpanId":"{parent}","kind":{kind},"attributes":[{}]}}"#,
            attributes.join(",")
        )
    }

    fn edges(text: &str) -> Vec<String> {
        rows_of(&read(&OtlpTraces, "t.json", text), "dependencies")
    }

    #[test]
    fn a_child_in_another_service_makes_an_edge() {
        let caller =
            resource("player", &span("A1", "", "3", &[("http.request.method", "GET"), ("server.address", "x")]));
        let callee = resource("licence", &(span("b1", "a1", "2", &[]) + "," + &span("b2", "b1", "1", &[])));
        let text = format!(r#"{{"resourceSpans":[{caller},{callee},{caller}]}}"#);
        assert_eq!(edges(&text), ["source=player target=licence kind=http"]);
        let pretty = text.replace("},", "},\n");
        for text in [format!("{text}\n{text}\n"), format!("[{pretty}]"), pretty] {
            assert!(edges(&text).iter().all(|edge| edge == "source=player target=licence kind=http"), "{text}");
        }
    }

    #[test]
    fn an_outgoing_span_names_its_callee() {
        let spans = [
            span("1", "9", "3", &[("peer.service", "licence"), ("server.address", "l.example")]),
            span(
                "2",
                "",
                "\"SPAN_KIND_CLIENT\"",
                &[("server.address", "cart.shop.svc.cluster.local"), ("rpc.system", "grpc")],
            ),
            span("3", "", "3", &[("net.peer.name", "api.partner.example:443"), ("http.method", "GET")]),
            span("4", "", "3", &[("server.address", "192.0.2.1"), ("db.system", "postgresql")]),
            span("5", "", "3", &[("server.address", "[2001:db8::1]:443")]),
            span("6", "", "4", &[("messaging.system", "kafka")]),
            span("7", "", "2", &[("peer.service", "web"), ("server.address", "player")]),
            span("8", "", "1", &[("server.address", "ignored.example")]),
        ];
        assert_eq!(
            edges(&format!(r#"{{"resourceSpans":[{}]}}"#, resource("player", &spans.join(",")))),
            [
                "source=player target=licence",
                "source=player target=cart kind=rpc",
                "source=player target=api.partner.example kind=http",
                "source=player target=postgresql kind=database",
                "source=player target=kafka kind=messaging",
                "source=web target=player",
            ]
        );
    }

    #[test]
    fn a_consumer_is_called_by_the_producer_it_is_linked_to() {
        let producer = resource("ingest", &span("a", "", "4", &[("messaging.system", "kafka")]));
        let link = r#"{"traceId":"7c","spanId":"c","kind":5,"links":[{"traceId":"5b8e","spanId":"A"}]}"#;
        let text = format!(r#"{{"batches":[{producer},{}]}}"#, resource("index", link));
        assert_eq!(edges(&text), ["source=ingest target=index kind=messaging"]);
    }

    #[test]
    fn broken_spans_and_nameless_resources_are_rejects() {
        let broken = resource("a", r#"{"spanId":"1"},7,{"traceId":"00","spanId":"1"}"#);
        let nameless = r#"{"resource":{},"scopeSpans":[{"spans":[]}]}"#;
        let text = format!("{{\"resourceSpans\":[{broken},{nameless},{{}},7]}}\n{{\"x\":1}}\n{{\"resourceSpans\":[\n");
        let piece = read(&OtlpTraces, "t.json", &text);
        assert_eq!(piece.rejects.len(), 8);
        assert_eq!(reasons(&piece)[6], "expected a list in `resourceSpans`, found none");
    }

    #[test]
    fn metrics_in_the_same_file_are_read() {
        let metrics = r#"{"resourceMetrics":[{"resource":{},"scopeMetrics":[{"metrics":[{"name":"errors","sum":{"dataPoints":[{"asInt":"42","timeUnixNano":"1795377840000000000"}]}}]}]}]}"#;
        let spans =
            format!(r#"{{"resourceSpans":[{}]}}"#, resource("a", &span("1", "", "3", &[("peer.service", "b")])));
        let piece = read(&OtlpTraces, "t.json", &format!("{metrics}\n{spans}\n"));
        assert_eq!(rows_of(&piece, "metric_samples").len(), 1);
        assert_eq!(rows_of(&piece, "dependencies").len(), 1);
        assert_eq!(OtlpTraces.recognise(&sample("x", metrics)), None);
    }
}
