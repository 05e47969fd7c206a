#!/bin/bash
# Whether the service in this container is ready; for health checks, since the image has no HTTP client.
set -euo pipefail
exec 3<>"/dev/tcp/127.0.0.1/${SERVER_PORT}"
printf 'GET /actuator/health/readiness HTTP/1.0\r\n\r\n' >&3
read -r -t 5 _ status _ <&3
[ "${status}" = 200 ]
