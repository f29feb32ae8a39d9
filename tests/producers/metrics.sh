# Prometheus (scraping itself, Alertmanager and VictoriaMetrics), Alertmanager and VictoriaMetrics (scraping
# itself); their answers, and their own logs. Sourced by run.sh.

start_metrics() {
    cat > "$work/run/prometheus.yml" <<Y
global: {scrape_interval: 1s, evaluation_interval: 1s, external_labels: {region: test}}
alerting:
  alertmanagers: [{static_configs: [{targets: ["127.0.0.1:$alertmanager_port"]}]}]
rule_files: [rules.yml]
scrape_configs:
  - {job_name: prometheus, static_configs: [{targets: ["127.0.0.1:$prometheus_port"]}]}
  - {job_name: alertmanager, static_configs: [{targets: ["127.0.0.1:$alertmanager_port"]}]}
  - {job_name: gone, static_configs: [{targets: ["127.0.0.1:$dead_port"]}]}
Y
    cat > "$work/run/rules.yml" <<'Y'
groups:
  - name: test
    rules:
      - alert: TargetDown
        expr: up == 0
        labels: {severity: critical}
        annotations: {summary: "{{ $labels.job }} is down"}
      - {alert: Watchdog, expr: vector(1), labels: {severity: none, service: monitoring}}
Y
    cat > "$work/run/alertmanager.yml" <<Y
route:
  receiver: nobody
  group_wait: 0s
  group_interval: 1s
  routes: [{receiver: hook, matchers: ['service="origin"'], group_by: [alertname]}]
receivers:
  - name: nobody
  - name: hook
    webhook_configs: [{url: "http://127.0.0.1:$backend_port/hook"}]
Y
    in_background "$exports/alertmanager/alertmanager.log" prometheus-alertmanager \
        --config.file="$work/run/alertmanager.yml" --storage.path="$work/run/alertmanager" \
        --web.listen-address="127.0.0.1:$alertmanager_port" --cluster.listen-address=
    in_background "$exports/victoriametrics/victoria.log" victoria-metrics \
        -httpListenAddr="127.0.0.1:$victoria_port" -storageDataPath="$work/run/victoria" -selfScrapeInterval=1s
    in_background "$exports/prometheus/prometheus.log" prometheus \
        --config.file="$work/run/prometheus.yml" --storage.tsdb.path="$work/run/prometheus" \
        --web.listen-address="127.0.0.1:$prometheus_port" --rules.alert.resend-delay=1s
    wait_for curl -sf "http://127.0.0.1:$alertmanager_port/-/ready"
    wait_for curl -sf "http://127.0.0.1:$victoria_port/health"
    wait_for curl -sf "http://127.0.0.1:$prometheus_port/-/ready"
    expect prometheus/prometheus.log logfmt log_records lines
    expect alertmanager/alertmanager.log logfmt log_records lines
    expect victoriametrics/victoria.log raw_lines log_records lines
}

# One alert of a client that fires and ends, told by webhook.
take_alerts() {
    local url="http://127.0.0.1:$alertmanager_port/api/v2/alerts" alert notices="$exports/alertmanager/webhooks.ndjson"
    alert='"labels":{"alertname":"OriginErrors","service":"origin","severity":"critical"}'
    alert+=',"annotations":{"summary":"Origin answers 5xx"}'
    alert+=",\"startsAt\":\"$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)\""
    curl -sf -H 'Content-Type: application/json' -d "[{$alert}]" "$url"
    wait_for grep -q '"status": "firing"' "$notices"
    alert+=",\"endsAt\":\"$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)\""
    curl -sf -H 'Content-Type: application/json' -d "[{$alert}]" "$url"
    wait_for grep -q '"status": "resolved"' "$notices"
    wait_for has_alerts "$url"
    curl -sf "$url" > "$exports/alertmanager/alerts.json"
    expect alertmanager/webhooks.ndjson alertmanager_webhooks alerts notified_alerts
    expect alertmanager/alerts.json alertmanager_webhooks alerts listed_alerts
}

has_alerts() { [ "$(curl -sf "$1" | python3 -c 'import json, sys; print(len(json.load(sys.stdin)))')" -ge 2 ]; }

# Different series in each answer, so that none repeats another.
take_metrics() {
    local api="http://127.0.0.1:$prometheus_port/api/v1" out="$exports/prometheus" now
    wait_for has_samples "$api"
    now="$(date +%s)"
    curl -sfG "$api/query_range" -d "start=$since" -d "end=$now" -d step=1 \
        --data-urlencode 'query={__name__=~"(go|process|prometheus)_.+"}' > "$out/range.json"
    curl -sfG "$api/query_range" -d "start=$since" -d "end=$now" -d step=1 \
        --data-urlencode 'query=rate(alertmanager_http_request_duration_seconds_count[3s])' \
        > "$out/alertmanager_requests.json"
    curl -sfG "$api/query" -d "time=$now" --data-urlencode 'query={__name__=~"up|scrape_.+"}' > "$out/instant.json"
    curl -sf "http://127.0.0.1:$victoria_port/internal/force_flush"
    curl -sfG "http://127.0.0.1:$victoria_port/api/v1/export" \
        --data-urlencode 'match[]={__name__=~"(vm|go|process)_.+"}' > "$exports/victoriametrics/export.jsonl"
    for name in range alertmanager_requests instant; do
        expect "prometheus/$name.json" prometheus_range metric_samples prometheus_samples
    done
    expect victoriametrics/export.jsonl victoriametrics_export metric_samples victoria_samples
}

has_samples() {
    curl -sfG "$1/query" --data-urlencode 'query=count_over_time(up{job="prometheus"}[60s]) >= 5' | grep -q '"value"'
}
