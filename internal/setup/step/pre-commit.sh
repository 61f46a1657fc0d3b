#!/bin/sh
# reeve: looks at what is staged before it becomes a commit. Written by "reeve init"; remove the file to remove the hook.
# To commit in spite of it: waive the finding (reeve waive ID ...), or once: git commit --no-verify
command -v reeve >/dev/null 2>&1 || {
    echo "reeve: not installed, so nothing was looked at (go install github.com/reevehq/reeve/cmd/reeve@latest)" >&2
    exit 1
}
exec reeve gate --staged
