# nginx and Apache under a small mixed load, with the formats that people use. Sourced by run.sh.

start_web() {
    local logs="$exports/nginx"
    cat > "$work/run/nginx.conf" <<N
daemon off;
user root;
worker_processes 1;
pid $work/run/nginx.pid;
error_log $logs/error.log info;
events { worker_connections 64; }
http {
    log_format timed '\$remote_addr - \$remote_user [\$time_local] "\$request" \$status \$body_bytes_sent '
                     '"\$http_referer" "\$http_user_agent" \$request_time \$upstream_response_time';
    access_log $logs/access.log;
    access_log $logs/timed-access.log timed;
    client_body_temp_path $work/run/nginx-body;
    proxy_temp_path $work/run/nginx-proxy;
    fastcgi_temp_path $work/run/nginx-fastcgi;
    uwsgi_temp_path $work/run/nginx-uwsgi;
    scgi_temp_path $work/run/nginx-scgi;
    server {
        listen 127.0.0.1:$nginx_port;
        listen [::1]:$nginx_port;
        root $work/run/www;
        location /api/ { proxy_pass http://127.0.0.1:$backend_port/; }
        location /dead/ { proxy_pass http://127.0.0.1:$dead_port/; }
        location /old/ { return 301 /index.html; }
        location /fail/ { return 500; }
    }
}
N
    cat > "$work/run/apache.conf" <<A
ServerRoot "$work/run"
ServerName tv.example
Listen 127.0.0.1:$apache_port
PidFile $work/run/apache.pid
DefaultRuntimeDir $work/run
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule alias_module /usr/lib/apache2/modules/mod_alias.so
User www-data
Group www-data
ErrorLog $exports/apache/error.log
LogLevel info
LogFormat "%h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\"" combined
LogFormat "%v:%p %h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\"" vhost_combined
LogFormat "%h %l %u %t \"%r\" %>s %b" common
CustomLog $exports/apache/access.log combined
CustomLog $exports/apache/other_vhosts_access.log vhost_combined
CustomLog $exports/apache/common.log common
DocumentRoot "$work/run/www"
Redirect 410 /gone
<Location /private>
    Require all denied
</Location>
A
    mkdir -p "$work/run/www/live"
    echo '<p>ok</p>' > "$work/run/www/index.html"
    head -c 5000 /dev/zero | tr '\0' x > "$work/run/www/live/chunk été.ts"
    # Apache's workers are www-data.
    chmod 755 "$work" "$work/run"
    in_background "$work/run/nginx.out" nginx -c "$work/run/nginx.conf" -e "$work/run/nginx-start.log"
    in_background "$work/run/apache.out" apache2 -f "$work/run/apache.conf" -DFOREGROUND
    wait_for curl -s "http://127.0.0.1:$nginx_port/"
    wait_for curl -s "http://127.0.0.1:$apache_port/"
}

# A few hundred requests, one after the other.
use_web() {
    local base round
    for base in "http://127.0.0.1:$nginx_port" "http://[::1]:$nginx_port" "http://127.0.0.1:$apache_port"; do
        # One connection for each line of requests; what they answer is in the logs.
        for round in $(seq 12); do
            curl -sg -o /dev/null "$base/index.html" -o /dev/null "$base/live/chunk%20%C3%A9t%C3%A9.ts" \
                -o /dev/null "$base/missing/$round" -o /dev/null "$base/a%22b%22c" \
                -A "Player/1.0 (tv; \"quoted\" \\ back)" -e "https://tv.example/watch?mail=zoe.tavernelle@mail.example"
        done
        curl -sg -o /dev/null -I "$base/index.html"
        curl -sg -o /dev/null -X PROPFIND "$base/index.html"
        curl -sg -o /dev/null -A "" "$base/live/?token=hunter2hunter2&CMCD=bl%3D2100%2Cbs"
        curl -sg -o /dev/null -u 'zoe tavernelle:password' "$base/index.html"
        curl -sg -o /dev/null --data 'a=1' "$base/private/"
        curl -sg -o /dev/null "$base/gone/" -o /dev/null "$base/old/" -o /dev/null "$base/fail/"
        curl -sg -o /dev/null -r 10-20 "$base/live/chunk%20%C3%A9t%C3%A9.ts"
    done
    base="http://127.0.0.1:$nginx_port"
    curl -s -o /dev/null "$base/api/ok" -o /dev/null "$base/api/broken" -o /dev/null "$base/dead/x"
    # A client that gives up is a 499.
    curl -s -o /dev/null --max-time 0.3 "$base/api/slow" || true
    for port in "$nginx_port" "$apache_port"; do
        send "$port" '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'
        send "$port" 'not http at all\r\n\r\n'
        send "$port" 'GET /caf\xc3\xa9/\xe9t\xe9 HTTP/1.1\r\nHost: tv.example\r\nConnection: close\r\n\r\n'
        send "$port" 'GET http://tv.example/absolute HTTP/1.0\r\n\r\n'
        send "$port" 'GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: x\ty " [z] \x01\r\nConnection: close\r\n\r\n'
    done
    wait_for grep -q ' 499 ' "$exports/nginx/access.log"
    expect nginx/access.log access_log log_records requests
    expect nginx/timed-access.log access_log log_records requests
    expect nginx/error.log 'nginx_error|nginx_error_log|error_log|raw_lines' log_records lines
    expect apache/access.log access_log log_records requests
    expect apache/other_vhosts_access.log access_log log_records requests
    expect apache/common.log access_log log_records requests
    expect apache/error.log 'apache_error|apache_error_log|error_log|raw_lines' log_records lines
}

# Bytes as they are to a port, for what curl refuses to say.
send() {
    (exec 3<> "/dev/tcp/127.0.0.1/$1" && printf "$2" >&3 && timeout 2 cat <&3 > /dev/null) || true
}
