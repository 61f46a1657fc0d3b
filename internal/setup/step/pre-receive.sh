#!/bin/sh
# reeve: looks at what is pushed before the server takes it. Put it at hooks/pre-receive of the bare repository, executable.
command -v reeve >/dev/null 2>&1 || {
    echo "reeve: not installed on this server, so the push is refused" >&2
    exit 1
}
exec reeve gate --receive
